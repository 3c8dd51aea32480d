"""A survey's link as a QR code, for a counter or a poster."""

from __future__ import annotations

import segno

from kinerja_flow.errors import Invalid
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form


class AddressForm(Form):
    """The whole address of a link, as a browser opens it."""

    link = forms.LinkInput(forms.spec("link", max=500))


ADDRESS = AddressForm()


def qr_svg(link: object) -> str:
    """The QR code of an address as SVG, readable with a quarter of it damaged. Raises Invalid."""
    values, wrong = ADDRESS.read({"link": link})
    if wrong:
        raise Invalid(wrong)
    code = segno.make_qr(values["link"], error="q")
    return str(code.svg_inline(scale=8, border=4, dark="#000", light="#fff"))
