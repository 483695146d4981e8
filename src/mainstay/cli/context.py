"""What every command shares: the home folder, the reader's language, and how to speak."""

from __future__ import annotations

import errno
import gettext
import json
import locale
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.home import Home
from mainstay.core.settings import MOST_WEEKS
from mainstay.core.stages import time_left
from mainstay.core.texts import Text, gettext_noop

CATALOGUES = Path(__file__).parent.parent / "locale"
# The desk's words for the states, which it marks for the translators.
STATES = {
    "noticed": "Told us",
    "late": "Late",
    "slipping": "Slipping",
    "lost": "Lost",
    "won_back": "Ordered again",
    "new": "New",
    "growing": "Growing",
    "steady": "Steady",
    "quiet": "Quiet until its season",
    "closed": "Closed",
}


def _catalogue_of(name: str) -> list[str]:
    """The catalogue folders to try for one locale's name, e.g. zh_TW.UTF-8 → zh_Hant."""
    name = name.split(".")[0].split("@")[0].replace("-", "_")
    if name.lower().startswith("zh"):
        traditional = any(place in name for place in ("TW", "HK", "MO", "Hant"))
        return ["zh_Hant" if traditional else "zh_Hans"]
    return [name, name.split("_")[0]]


def languages(environment: Mapping[str, str]) -> list[str]:
    """The catalogue folders to try, in order, by what gettext programs go by.

    The variables decide, not Python's locale: where the system has no such locale installed, Python
    answers C, though the reader has said what to speak. Without any (on Windows) the locale decides.
    """
    said = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((one for one in said if one), None) or locale.getlocale()[0] or "C"
    if name.split(".")[0] in ("C", "POSIX"):
        return []
    wanted = [*environment.get("LANGUAGE", "").split(":"), name]
    return [folder for one in wanted if one for folder in _catalogue_of(one)]


@dataclass
class Context:
    """The one state of a running command."""

    home: Home = field(default_factory=Home.from_environment)
    debug: bool = False
    json: bool = False

    @cached_property
    def catalogue(self) -> gettext.NullTranslations:
        return gettext.translation("django", CATALOGUES, languages(os.environ), fallback=True)

    def tell(self, text: Text) -> str:
        return text.render(self.catalogue.gettext)

    def text(self, template: str, **data: Any) -> str:
        return self.tell(Text(template, data))

    def state(self, code: str) -> str:
        """The word for an account's state, as the desk has it."""
        return self.catalogue.pgettext("state", STATES.get(code, code))

    def home_there(self) -> Home:
        """The home folder of a command that only reads: such a one makes none.

        Raises: NotFound where there is none
        """
        if not self.home.folder.is_dir():
            raise NotFound(
                gettext_noop(
                    "“{folder}” is not there, so there are no order lines yet; import some with "
                    "`mainstay import FILE`, or name another folder with --home."
                ),
                folder=str(self.home.folder),
            )
        return self.home

    def say(self, template: str, **data: Any) -> None:
        """A line for the reader; with --json only data go to standard output, so it goes aside."""
        print(self.text(template, **data), file=sys.stderr if self.json else sys.stdout)

    def say_error(self, template: str, **data: Any) -> None:
        print(self.text(template, **data), file=sys.stderr)

    def end_where_wrong(self, wrong: Sequence[str]) -> None:
        """What is wrong, a line each, and then the end; nothing where nothing is."""
        for sentence in wrong:
            print(sentence, file=sys.stderr)
        if wrong:
            raise typer.Exit(1)

    def fail(self, sentence: str, *, code: str) -> None:
        if self.json:
            with suppress(OSError):  # a full disk; the sentence still goes out below
                told = {"error": code, "message": sentence}
                print(json.dumps(told, ensure_ascii=False), flush=True)
        print(sentence, file=sys.stderr)

    def put(self, value: Any) -> None:
        """The result as JSON on standard output."""
        print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def progress(
        self, template: str, left: Callable[[], float | None] | None = None
    ) -> AbstractContextManager[Any]:
        """A progress bar on a terminal, silence elsewhere; gives a function (done, total).

        left: seconds that it will still take, as far as is known; said beside the time that has passed
        """
        if self.json or not sys.stderr.isatty():
            return nullcontext(lambda done, total: None)

        def shown() -> str:
            said = time_left(left()) if left else None
            return self.tell(said) if said else ""

        return _Bar(self.text(template), shown)


class _Bar:
    def __init__(self, label: str, left: Callable[[], str]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
        from rich.text import Text as Line

        class Left(ProgressColumn):
            def render(self, task: Any) -> Line:
                return Line(left())

        self.progress = Progress(
            TextColumn(label),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            Left(),
            console=Console(stderr=True),
            transient=True,
        )
        self.task = self.progress.add_task(label, total=None)

    def __enter__(self) -> Any:
        self.progress.start()
        return lambda done, total: self.progress.update(self.task, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        self.progress.stop()


context = Context()


def _json(_: bool) -> bool:
    # Wherever it stands: before the command or after it.
    return context.json


def _out(file: Path | None) -> Path | None:
    """Said at once, and not after minutes of work for nothing."""
    if file and file.suffix.lower() not in OUT_ENDINGS:
        raise InvalidSetting(
            gettext_noop(
                "“{file}” can't be written: its name must end in .csv, .xlsx or .parquet."
            ),
            file=str(file),
        )
    if file and (reason := _no_file_can_be(file)):
        raise InvalidSetting(
            gettext_noop("“{file}” can't be written: {reason}. Name another file."),
            file=str(file),
            reason=os.strerror(reason),
        )
    return file


def _no_file_can_be(file: Path) -> int | None:
    if not file.parent.is_dir():
        return errno.ENOTDIR if file.parent.exists() else errno.ENOENT
    if file.is_dir():
        return errno.EISDIR
    # Rights alone don't tell: there are places where nobody may make a file, not even root.
    there = file.exists()
    try:
        with file.open("ab"):
            pass
    except OSError as error:
        return error.errno or errno.EACCES
    if not there:
        file.unlink(missing_ok=True)
    return None


def whole_number(option: str, most: int) -> Callable[[str], int]:
    """Reads an option's whole number from 1 to `most`; in our words, not in a library's."""

    def read(given: str) -> int:
        # What Typer hands over as a default has been read.
        if re.fullmatch(r"[0-9]{1,9}", str(given)) and 1 <= int(given) <= most:
            return int(given)
        raise InvalidSetting(
            gettext_noop(
                "{option} {value} can't be used; write a whole number of weeks, from 1 to {most}."
            ),
            option=option,
            value=given,
            most=most,
        )

    return read


OUT_ENDINGS = (".csv", ".xlsx", ".parquet")
OUT = typer.Option(
    "--out", metavar="FILE", callback=_out, help="Write to this .csv, .xlsx or .parquet file."
)
HORIZON = typer.Option(
    "--horizon",
    metavar="WEEKS",
    parser=whole_number("--horizon", MOST_WEEKS),
    help="How far ahead to look.",
)
Json = Annotated[bool, typer.Option("--json", callback=_json, help="Print the result as JSON.")]

# Said while something runs.
READING = gettext_noop("Reading order lines")
ASSESSING = gettext_noop("Assessing accounts")
REPLAYING = gettext_noop("Replaying the past")
