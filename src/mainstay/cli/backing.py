"""`mainstay backup`, `restore`, `verify`: one file that holds everything, and back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.desk.backup.backup import Made
    from mainstay.desk.backup.restore import Restored
    from mainstay.desk.backup.verify import Verified

BACKING_UP = gettext_noop("Backing up")
RESTORING = gettext_noop("Restoring")
VERIFYING = gettext_noop("Verifying")
PASSPHRASE = "MAINSTAY_BACKUP_PASSPHRASE"  # noqa: S105  # a name
Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help=f"Its first line is the passphrase; else {PASSPHRASE}, or you are asked.",
    ),
]


def register(app: typer.Typer) -> None:
    for command in (backup, restore, verify):
        app.command(command.__name__)(command)


def backup(
    file: Annotated[
        str,
        typer.Argument(help="The file to write, a folder for one by its time, or - for a pipe."),
    ],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt it with a passphrase.")
    ] = False,
    passphrase_file: Passphrase = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="In a folder: keep so many, delete older ones.")
    ] = None,
    json: Json = False,
) -> None:
    """Write everything into one file, while the desk runs. It holds secrets: keep it as safe as the desk."""
    from mainstay.desk.backup.backup import backup as make

    home = context.home_there()
    passphrase = _passphrase(passphrase_file, new=True) if encrypt else None
    if file == "-":
        if sys.stdout.isatty():
            raise InvalidSetting(
                gettext_noop(
                    "A backup is no text for a terminal; send it on: `mainstay backup - | …`."
                )
            )
        made = make(home, sys.stdout.buffer, passphrase=passphrase)
        sys.stdout.buffer.flush()
        return
    with context.progress(BACKING_UP) as progress:
        made = make(home, Path(file), keep=keep, passphrase=passphrase, progress=progress)
    _tell_made(made)


def _tell_made(made: Made) -> None:
    manifest = made.manifest
    rows = sum((manifest.database or {"tables": {}})["tables"].values())
    if context.json:
        told = {"file": str(made.file), "bytes": made.bytes, "made_at": manifest.made_at}
        dropped = [str(path) for path in made.dropped]
        context.put({**told, "rows": rows, "store": manifest.store, "dropped": dropped})
        return
    context.say(
        gettext_noop(
            "{file}: {megabytes} MB with {lines} order lines, {rows} rows of the database and {results} "
            "assessments."
        ),
        file=str(made.file),
        megabytes=f"{made.bytes / 1e6:,.1f}",
        lines=f"{manifest.store['lines']:,}",
        rows=f"{rows:,}",
        results=manifest.store["frozen"].get("assessments", 0),
    )
    for path in made.dropped:
        context.say(gettext_noop("Deleted: {file}"), file=str(path))


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="An empty database: postgresql://user:password@host/name"
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move aside what the home folder holds.")
    ] = False,
    passphrase_file: Passphrase = None,
    json: Json = False,
) -> None:
    """Restore a backup into the home folder (--home), whole or not at all."""
    from mainstay.desk.backup.restore import restore as bring_back

    with context.progress(RESTORING) as progress:
        restored = bring_back(
            file,
            context.home,
            to=to,
            replace=replace,
            passphrase=_passphrase(passphrase_file, file=file),
            progress=progress,
        )
    _tell_restored(restored)


def _tell_restored(restored: Restored) -> None:
    from mainstay.desk.backup.restore import unset_since

    manifest, unset = restored.manifest, unset_since(restored.manifest)
    if context.json:
        aside = str(restored.aside) if restored.aside else None
        context.put(
            {
                "home": str(context.home.folder),
                "made_at": manifest.made_at,
                "aside": aside,
                "database": restored.to,
                "store": manifest.store,
                "unset": unset,
                "erased_since": restored.erased,
            }
        )
        return
    context.say(
        gettext_noop("Restored into “{folder}” as it was at {at}: {lines} order lines."),
        folder=str(context.home.folder),
        at=f"{manifest.made_at[:16].replace('T', ' ')} UTC",
        lines=f"{manifest.store['lines']:,}",
    )
    if restored.aside:
        context.say(
            gettext_noop("What was there before is in “{folder}”."), folder=str(restored.aside)
        )
    if restored.to:
        context.say(
            gettext_noop("Set DATABASE_URL={address} (with its password) wherever Mainstay runs."),
            address=restored.to,
        )
    if unset:
        context.say(
            gettext_noop("Set where it was backed up, and not here: {names}."),
            names=", ".join(unset),
        )
    _tell_erased(restored)


def _tell_erased(restored: Restored) -> None:
    """Who has to be erased again; nothing where nobody was, or where there is no database."""
    if restored.manifest.database is None:
        return
    if restored.erased is None:
        context.say(
            gettext_noop(
                "Contacts that were erased after the backup are there again: erase each once more, under "
                "“What is kept of this person” on its page."
            )
        )
    elif restored.erased:
        context.say(
            gettext_noop(
                "Erased after the backup, and there again: {contacts}. Erase each once more, under “What is "
                "kept of this person” on its page."
            ),
            contacts=", ".join(restored.erased),
        )


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A backup; without one, the home folder itself.")
    ] = None,
    passphrase_file: Passphrase = None,
    json: Json = False,
) -> None:
    """Look at everything in a backup, or in the home folder: sums, counts, every file, every row."""
    from mainstay.desk.backup import verify as verifying

    with context.progress(VERIFYING) as progress:
        if file is None:
            result = verifying.verify_home(context.home_there(), progress)
        else:
            words = _passphrase(passphrase_file, file=file)
            result = verifying.verify(file, passphrase=words, progress=progress)
    _tell_verified(result)


def _tell_verified(result: Verified) -> None:
    wrong = [context.tell(text) for text in result.wrong]
    counted = {
        name: getattr(result, name) for name in ("tables", "rows", "lines", "facts", "results")
    }
    if context.json:
        context.put({"wrong": wrong, **counted})
    context.end_where_wrong(wrong)
    if not context.json:
        context.say(
            gettext_noop(
                "All is well: {lines} order lines, {facts} rows of facts, {results} frozen results, {tables} "
                "tables with {rows} rows."
            ),
            **{name: f"{n:,}" for name, n in counted.items()},
        )


def _passphrase(
    words_in: Path | None, *, new: bool = False, file: Path | None = None
) -> str | None:
    """The passphrase, from wherever it is; None where an existing file needs none.

    Raises: InvalidSetting
    """
    if words_in is not None:
        try:
            lines = words_in.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidSetting(
                gettext_noop("“{file}” can't be read: {reason}."),
                file=str(words_in),
                reason=str(getattr(error, "strerror", None) or error),
            ) from None
        return _some(lines[0].strip() if lines else "")
    if PASSPHRASE in os.environ:
        return _some(os.environ[PASSPHRASE])
    if not sys.stdin.isatty() or not (new or (file and _is_sealed(file))):
        return _some("") if new else None
    return _some(
        typer.prompt(
            context.text(gettext_noop("Passphrase")),
            hide_input=True,
            confirmation_prompt=new,
            err=True,
        )
    )


def _some(passphrase: str) -> str:
    if not passphrase:
        raise InvalidSetting(
            gettext_noop(
                "There is no passphrase; give one with --passphrase-file or MAINSTAY_BACKUP_PASSPHRASE."
            )
        )
    return passphrase


def _is_sealed(file: Path) -> bool:
    from mainstay.desk.backup.sealed import is_sealed

    try:
        with file.open("rb") as source:
            return is_sealed(source.read(64))
    except OSError:  # told by whoever opens it next
        return False
