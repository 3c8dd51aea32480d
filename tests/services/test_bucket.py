"""Files in a bucket (S3) instead of a folder, against a server of the test's."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kinerja_flow import clock
from kinerja_flow.db import new_id
from kinerja_flow.errors import NotFound
from kinerja_flow.files import MEGABYTE, Files, Upload
from kinerja_flow.services.evidence import attach_file, evidence_file
from kinerja_flow.services.file_sweep import sweep_files
from tests.builders import Books
from tests.builders import books as books

HEAVY = [name for name in ("moto", "s3fs") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(bool(HEAVY), reason=f"pip install 's3fs' 'moto[server]'; missing: {HEAVY}"),
    # Of these libraries, not of ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
#: Larger than one part of an upload in parts (5 MiB).
PDF = b"%PDF-1.7\n" + b"Laporan " * MEGABYTE


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A bucket, reached by the settings of docs/operator.md."""
    server = importlib.import_module("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    _, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "tests")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        importlib.import_module("s3fs").S3FileSystem().mkdir("bukti")
        yield
    server.stop()


@pytest.fixture
def bucket(server: None) -> Files:
    return Files(f"s3://bukti/{new_id().hex}", 20 * MEGABYTE, ("pdf",))


def handed_in(books: Books, files: Files) -> bytes:
    """A file that is attached and fetched again."""
    item_id, _ = books.start("sari")
    of, entry = (books.case("sari"), books.who("sari")), {"item": str(item_id)}
    kept = attach_file(*of, entry, Upload("laporan.pdf", io.BytesIO(PDF)), files)
    return evidence_file(*of, kept, files).content.read()


def test_a_file_comes_back_as_it_was_sent(books: Books, bucket: Files) -> None:
    assert handed_in(books, bucket) == PDF


def test_a_file_that_is_not_there_is_told_as_such(bucket: Files) -> None:
    with pytest.raises(NotFound):
        bucket.open(1, new_id())
    assert bucket.drop(1, new_id()) is False and list(bucket.listed(1)) == []


def test_a_file_without_a_row_is_swept(books: Books, bucket: Files) -> None:
    handed_in(books, bucket)
    of, orphan = books.world.agency_id, new_id()
    bucket.keep(of, orphan, Upload("x.pdf", io.BytesIO(PDF[:99])))
    assert len(list(bucket.listed(of))) == 2
    with clock.at(datetime.now(UTC) + timedelta(days=2)):
        assert sweep_files(bucket) == 1
    assert orphan not in bucket.listed(of)
