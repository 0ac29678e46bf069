"""A code as a QR symbol: version 7, level M, quiet zone of 4 modules, black on white. Made on request only."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qrcode.main import QRCode

MODULE_PIXELS = 8
QUIET_ZONE = 4


def data_url(text: str, form: str) -> str:
    """The symbol as a data URL; `form` is `svg` or `png`."""
    media, draw = FORMS[form]
    return f"data:{media};base64,{base64.b64encode(draw(symbol(text))).decode()}"


def symbol(text: str) -> QRCode:
    """The symbol of a code. Its characters are all alphanumeric, which is what keeps it at version 7."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=MODULE_PIXELS, border=QUIET_ZONE)
    code.add_data(qrcode.util.QRData(text, mode=qrcode.util.MODE_ALPHA_NUM))
    code.make(fit=True)
    return code


def _svg(code: QRCode) -> bytes:
    """One path of whole modules in user units, so that any size stays sharp."""
    rows = code.get_matrix()
    path = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
    ).encode()


def _png(code: QRCode) -> bytes:
    """Black and white, eight pixels a module."""
    from qrcode.image.pure import PyPNGImage

    buffer = io.BytesIO()
    code.make_image(image_factory=PyPNGImage).save(buffer)
    return buffer.getvalue()


FORMS: dict[str, tuple[str, Callable[[QRCode], bytes]]] = {
    "svg": ("image/svg+xml", _svg),
    "png": ("image/png", _png),
}
