"""The text of a PDF that typst made, page by page: enough of the format to read what stands there."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\[(.*?)\] ?TJ|(<[0-9A-Fa-f]*>|\((?:\\.|[^\\)])*\)) ?Tj", re.DOTALL
)
_PART = re.compile(rb"<([0-9A-Fa-f]*)>|\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def texts_of(content: bytes) -> list[str]:
    """What each page says, without spaces and in the order of drawing."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    return [
        _said(objects, body)
        for _number, body in sorted(objects.items())
        if re.search(rb"/Type\s*/Page\b", body)
    ]


def _said(objects: dict[int, bytes], page: bytes) -> str:
    (contents,) = re.findall(rb"/Contents (\d+)", page)
    fonts = _fonts(objects, page)
    said, signs = [], {}
    for font, many, one in _SHOWN.findall(_stream(objects[int(contents)])):
        if font:
            signs = fonts.get(font, {})
            continue
        for hexed, plain in _PART.findall(many or one):
            raw = bytes.fromhex(hexed.decode()) if hexed else _unescaped(plain)
            codes = (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw) - 1, 2))
            said += [signs.get(code, "") for code in codes]
    return "".join("".join(said).split())


def _fonts(objects: dict[int, bytes], page: bytes) -> dict[bytes, dict[int, str]]:
    (resources,) = re.findall(rb"/Resources (\d+) 0 R", page) or [b""]
    told = objects[int(resources)] if resources else page
    found = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", told):
        (unicodes,) = re.findall(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        found[name] = _signs(_stream(objects[int(unicodes)]).decode("latin-1"))
    return found


def _signs(cmap: str) -> dict[int, str]:
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, sign in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(sign).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for low, high, sign in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = int(sign, 16)
            for code in range(int(low, 16), int(high, 16) + 1):
                found[code] = chr(first + code - int(low, 16))
    return found


def _stream(body: bytes) -> bytes:
    (raw,) = _STREAM.findall(body)
    return zlib.decompress(raw) if b"FlateDecode" in body else bytes(raw)


def _unescaped(raw: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        what = found[1]
        return bytes([int(what, 8)]) if what.isdigit() else _ESCAPES.get(what, what)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, raw, flags=re.DOTALL)
