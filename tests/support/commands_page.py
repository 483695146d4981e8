"""Every command with its options, as docs/commands.md has them: `python tests/support/commands_page.py` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """# Commands

Written by `make reference` from the commands themselves. Every command takes `--json`, `--home`, `--debug` and `--help`, before it or after it; what they do together, and exit codes: [the guide](guide.md#commands).
"""
SHARED = {"--json", "--home", "--debug", "--help"}


def page() -> str:
    """The page as it has to be."""
    from typer.main import get_command

    from mainstay.cli.app import app

    parts = [HEAD]
    for name, command in _commands("mainstay", get_command(app)):
        parts.append(f"## {name}\n{_told(command.help)}\n")
        if rows := [_row(one) for one in command.params if _is_own(one)]:
            parts.append("| | default | |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child, below in children.items():
        if not below.hidden:
            yield from _commands(f"{name} {child}", below)


def _is_own(parameter: Any) -> bool:
    return not parameter.hidden and not SHARED & set(parameter.opts)


def _row(parameter: Any) -> str:
    names = " ".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        names = (parameter.metavar or parameter.name).strip("{}[]")
    elif parameter.metavar:
        names += f" {parameter.metavar}"
    required = "needed" if parameter.required else _default(parameter)
    return f"| `{names}` | {required} | {_told(parameter.help)} |"


def _default(parameter: Any) -> str:
    default = parameter.default
    if callable(default) or default in (None, "", (), [], False) or "UNSET" in repr(default):
        return ""
    return f"`{'on' if default is True else getattr(default, 'value', default)}`"


def _told(help_text: str | None) -> str:
    return " ".join((help_text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
