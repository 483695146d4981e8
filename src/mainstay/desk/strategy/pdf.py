"""A pack as PDF, set by typst: pages of A4, or of 16:9 for a screen. What people wrote goes in as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mainstay.desk.timeline.pdf import font_for

TEMPLATE = Path(__file__).parent / "pack.typ"


def printed(pack: dict[str, Any], shape: str, language: str) -> bytes:
    """shape: "pages" or "slides"

    Raises: CannotPrint, where a font for the texts is missing
    """
    data = {**pack, "slides": shape == "slides", "font": font_for(language)}
    import typst

    content = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)}
    )
    assert isinstance(content, bytes)  # noqa: S101  # one file, not pages
    return content
