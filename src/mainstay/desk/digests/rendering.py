"""A digest as a mail and as the few lines of a messenger."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from mainstay.desk.digests.contents import Digest, Line
from mainstay.desk.digests.messengers import Service

# What messengers would take for markup or for calling everybody; account names are anybody's text.
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "@": "＠"})
_NO_MARKUP = str.maketrans(
    {"*": "＊", "_": "＿", "[": "［", "]": "］", "`": "'", "~": "～", "\\": "＼"}
)
MOST_LETTERS = 120  # of a name or a sentence in a messenger


def text(digest: Digest) -> str:
    """The plain text of a mail."""
    parts = [_head(digest)]
    for section in digest.sections:
        parts.append(f"{section.heading}\n{'-' * 24}")
        for n, line in enumerate(section.lines, start=1):
            why = f"\n   {line.why}" if line.why else ""
            parts.append(f"{n}. {_said(line)}{why}\n   {line.url}")
    if not digest.sections:
        parts.append(_nothing())
    parts += digest.troubles
    parts.append(f"{pgettext('digest', 'My week')}: {digest.week_url}")
    parts.append(f"{pgettext('digest', 'Change or end these messages')}: {digest.settings_url}")
    return "\n\n".join(parts) + "\n"


def html(digest: Digest) -> str:
    """The same as HTML: what mail programs show, without anything from elsewhere."""
    context = {"digest": digest, "language": get_language(), "nothing": _nothing()}
    return render_to_string("digests/mail.html", context)


def messages(digest: Digest, service: Service) -> list[str]:
    """The same for a messenger, in as many parts as its limit asks for."""
    blocks = [_head(digest).translate(_HARMLESS)]
    for section in digest.sections:
        said = [_block(n, line, service) for n, line in enumerate(section.lines, start=1)]
        blocks.append(f"{section.heading}\n{said[0]}")
        blocks += said[1:]
    if not digest.sections:
        blocks.append(_nothing())
    blocks += [trouble.translate(_HARMLESS) for trouble in digest.troubles]
    return split(blocks, service.longest, in_bytes=service.in_bytes)


def split(blocks: list[str], longest: int, *, in_bytes: bool = False) -> list[str]:
    """Blocks as few messages within a limit: none is cut, and each says which of how many it is."""

    def size(text: str) -> int:
        return len(text.encode()) if in_bytes else len(text)

    room = longest - len("(99/99)\n")
    parts: list[str] = []
    for block in blocks:
        while size(block) > room:  # a name that alone is longer than a message may be
            block = block[: -max(1, (size(block) - room) // 4)]
        if parts and size(f"{parts[-1]}\n\n{block}") <= room:
            parts[-1] = f"{parts[-1]}\n\n{block}"
        else:
            parts.append(block)
    if len(parts) == 1:
        return parts
    return [f"({n}/{len(parts)})\n{part}" for n, part in enumerate(parts, start=1)]


def _head(digest: Digest) -> str:
    said = _("Mainstay, as of {day}").format(day=digest.as_of)
    return "\n".join(line for line in (said, digest.old, digest.at_risk) if line)


def _nothing() -> str:
    return _(
        "Nothing new this week. Accounts that stand well need no more than their usual visits."
    )


def _said(line: Line) -> str:
    return f"{line.whom}: {line.what}" if line.what else line.whom


def _block(n: int, line: Line, service: Service) -> str:
    said = _short(_said(line))
    why = f"\n{_short(line.why)}" if line.why else ""
    if service.markdown:
        return f"[{n}. {said.translate(_NO_MARKUP)}]({line.url}){why.translate(_NO_MARKUP)}"
    return f"{n}. {said}{why}\n{line.url}"


def _short(text: str) -> str:
    text = text.translate(_HARMLESS)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
