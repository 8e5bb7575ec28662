"""A page of shapes as a PDF or an SVG file: both print sharp on any printer, and need no library.

The PDF uses fonts that every reader and printer has (Helvetica, Courier), so that none is put into it.
"""

from __future__ import annotations

from html import escape

from station.calibration.card import Box, Page, Shape, Text

_FONTS = (("F1", "Helvetica"), ("F2", "Helvetica-Bold"), ("F3", "Courier"))


def pdf(page: Page) -> bytes:
    """Give the page as PDF 1.4."""
    content = "\n".join(_operators(each, page.height) for each in page.shapes).encode("cp1252")
    fonts = " ".join(f"/{name} {number} 0 R" for number, (name, _base) in enumerate(_FONTS, 6))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width:g} {page.height:g}] /Contents 4 0 R "
        f"/Resources << /Font << {fonts} >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Title %b >>" % _string(page.title),
        *(f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>".encode() for _name, base in _FONTS),
    ]
    return _file(objects)


def svg(page: Page) -> bytes:
    """Give the page as SVG."""
    shapes = "\n".join(_element(each) for each in page.shapes)
    size = f'width="{page.width:g}pt" height="{page.height:g}pt" viewBox="0 0 {page.width:g} {page.height:g}"'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<title>{escape(page.title)}</title>'
    white = f'<rect width="{page.width:g}" height="{page.height:g}" fill="#fff"/>'
    return f"{head}\n{white}\n{shapes}\n</svg>\n".encode()


def _operators(shape: Shape, height: float) -> str:
    match shape:
        case Box(x, y, width, tall):
            return f"{x:.2f} {height - y - tall:.2f} {width:.2f} {tall:.2f} re f"
        case Text(x, y, size, text):
            font = "F3" if shape.fixed else "F2" if shape.bold else "F1"
            return f"BT /{font} {size:g} Tf {x:.2f} {height - y:.2f} Td {_string(text).decode('cp1252')} Tj ET"


def _string(text: str) -> bytes:
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return f"({text})".encode("cp1252")


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _element(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height):
            return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"/>'
        case Text(x, y, size, text):
            family = "Courier, monospace" if shape.fixed else "Helvetica, Arial, sans-serif"
            weight = ' font-weight="bold"' if shape.bold else ""
            font = f'font-family="{family}" font-size="{size:g}"{weight}'
            return f'<text x="{x:.2f}" y="{y:.2f}" {font} xml:space="preserve">{escape(text)}</text>'
