"""A certificate authority for tests of what goes over TLS."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority of the test's, and certificates for names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._signed("Test authority", self.key, None))

    def context(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        both = self.folder / f"{name}.pem"
        private = key.private_bytes(serialization.Encoding.PEM, *plain)
        both.write_bytes(private + self._signed(name, key, name))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context

    def _signed(self, title: str, key: Any, host: str | None) -> bytes:
        said = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        now, constraints = datetime.now(UTC), x509.BasicConstraints(host is None, None)
        made = (
            x509.CertificateBuilder(issuer, said, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(constraints, critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            made = made.add_extension(names, critical=False)
        signed = made.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)
