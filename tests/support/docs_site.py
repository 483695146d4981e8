"""What mkdocs calls while it builds the site: links that lead out of docs/ become plain text there.

On a code host they lead to the file; the site holds docs/ alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

OUT = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)(?:#[^)]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    docs = Path(config["docs_dir"]).resolve()
    here = docs / Path(page.file.src_uri).parent

    def inside(found: re.Match[str]) -> str:
        text, target = found.groups()
        return found.group() if (here / target).resolve().is_relative_to(docs) else text

    return OUT.sub(inside, markdown)
