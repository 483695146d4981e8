"""A recipe run: query after query, each an import of its own; only what changed since the last run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.importing import plan_import, run_import
from mainstay.ledger.loading import READING, Progress, silent
from mainstay.ledger.proposing import ImportOptions, Proposal
from mainstay.ledger.readers.database import shown, url_of
from mainstay.ledger.recipes.reading import Answer, Asked, ask
from mainstay.ledger.recipes.seen import Seen
from mainstay.ledger.recipes.types import Query, Recipe
from mainstay.ledger.report import Report
from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import Staging

if TYPE_CHECKING:
    from sqlalchemy import URL

    from mainstay.ledger.ledger import Ledger

PLACE = "recipes"  # in the ledger's folder
TRY_ROWS = 20
_OTHER_DATABASE = gettext_noop(
    "The recipe “{recipe}” is written for {databases}, and the address is one of {kind}; copy the recipe (mainstay recipes show {recipe}) and change its queries."
)
_NO_VARIABLE = gettext_noop("The recipe “{recipe}” has no variable “{name}”; it has {names}.")
_NOT_SAID = gettext_noop("The recipe “{recipe}” needs {name}=…: {about}.")
_NO_QUERY = gettext_noop("The recipe “{recipe}” has no query “{name}”; it has {names}.")
_NOTHING_NEW = gettext_noop("Nothing has changed since {moment}.")
_NO_ROWS = gettext_noop("The query gave no rows.")


@dataclass(frozen=True)
class Order:
    """What is to be read.

    address: of the database; secret: its password, where the address has none
    whole: everything again, not only what changed
    only: names of queries; () = all
    """

    address: str = field(repr=False)
    variables: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)
    whole: bool = False
    only: tuple[str, ...] = ()
    assume_recorded: bool = False


@dataclass(frozen=True)
class Part:
    """What came of one query.

    report: None where there were no rows to load
    since: from when on changes were asked for; None = everything was
    """

    query: str
    table: str
    report: Report | None
    since: dt.datetime | None = None

    @property
    def import_id(self) -> str:
        """The import that changed something; "" where none did."""
        return self.report.import_id if self.report else ""

    def lines(self) -> list[Text]:
        """As sentences."""
        if self.report is not None:
            return self.report.lines()
        if self.since is None:
            return [Text(_NO_ROWS)]
        return [Text(_NOTHING_NEW, {"moment": f"{self.since:%Y-%m-%d %H:%M}"})]


@dataclass(frozen=True)
class RecipeReport:
    """What a run came to.

    place: the database, without who signs in
    """

    recipe: str
    place: str
    parts: tuple[Part, ...]

    @property
    def import_ids(self) -> tuple[str, ...]:
        """The imports that stored something, in order."""
        return tuple(part.import_id for part in self.parts if part.import_id)

    def to_json(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe,
            "place": self.place,
            "parts": [
                {
                    "query": part.query,
                    "table": part.table,
                    "since": part.since.isoformat() if part.since else None,
                    "report": part.report.to_json() if part.report else None,
                }
                for part in self.parts
            ],
        }


def run_recipe(
    ledger: Ledger,
    recipe: Recipe,
    order: Order,
    *,
    now: dt.datetime,
    progress: Progress = silent,
) -> RecipeReport:
    """Import what a recipe's queries give. Each is stored whole or not at all; where one fails, those
    before it stay, and the next run finds them.

    now: when the imports are recorded, with zone
    Raises: RecipeBroken, UnreadableFile, InvalidSetting, NothingToTake
    """
    url, variables = _url(recipe, order), _variables(recipe, order)
    run = _Run(ledger, recipe, order, now, url, variables)
    parts: list[Part] = []
    queries = _queries(recipe, order)
    for n, query in enumerate(queries):
        progress(Text(READING, {"file": f"{recipe.name}, {query.name}"}), n / len(queries))
        parts.append(run.part(query))
    return RecipeReport(recipe.name, shown(url), tuple(parts))


@dataclass(frozen=True)
class _Run:
    ledger: Ledger
    recipe: Recipe
    order: Order
    now: dt.datetime
    url: URL
    variables: Mapping[str, str]

    def part(self, query: Query) -> Part:
        """One query, from what changed to what is stored and remembered."""
        self.ledger.refresh()
        seen = Seen(self.ledger.folder / PLACE, self.recipe, self.url, self.variables)
        imports = {one.import_id for one in self.ledger.imports()}
        last = seen.since(query, imports) if query.changed and not self.order.whole else None
        since = last - dt.timedelta(days=query.overlap_days) if last else None
        asked = Asked(self.recipe, query, self.url, self.variables, since)
        report = None
        with Staging() as staging:
            answer = ask(staging, asked, self.now)
            gone = answer.gone or self._all_gone(query, answer)
            if answer.rows or gone:
                options = replace(_options(query, answer, self.order), gone=gone)
                report = run_import(self.ledger, [answer.file], options, now=self.now)
        part = Part(query.name, query.table, report, since)
        if answer.seen and (last is None or answer.seen > last or part.import_id):
            seen.note(query, max(answer.seen, last or answer.seen), part.import_id, imports)
        return part

    def _all_gone(self, query: Query, answer: Answer) -> tuple[str, ...]:
        """Of a table that is replaced as a whole: what the ledger has, where nothing is there any more."""
        table = TABLES[query.table]
        if answer.rows or not table.whole:
            return ()
        known = self.ledger.facts.known(table.name)[table.key[0]]
        return tuple(sorted(set(known.drop_null().to_pylist())))


def try_recipe(
    ledger: Ledger, recipe: Recipe, order: Order, *, now: dt.datetime, rows: int = TRY_ROWS
) -> list[Proposal]:
    """The first rows of each query, and how they would be read; nothing is stored.

    Raises: RecipeBroken, UnreadableFile, InvalidSetting
    """
    return [
        plan_import(ledger, [answer.file], _options(query, answer, order))
        for query, answer in answers(recipe, order, now=now, rows=rows)
    ]


def answers(
    recipe: Recipe, order: Order, *, now: dt.datetime, rows: int
) -> Iterator[tuple[Query, Answer]]:
    """The first rows of each query; each answer's file is there until the next is asked for."""
    url, variables = _url(recipe, order), _variables(recipe, order)
    for query in _queries(recipe, order):
        with Staging() as staging:
            asked = Asked(recipe, query, url, variables, most=rows)
            yield query, ask(staging, asked, now)


def _options(query: Query, answer: Answer, order: Order) -> ImportOptions:
    return ImportOptions(
        table=query.table,
        mappings={answer.file.name: answer.mapping},
        assume_recorded=order.assume_recorded,
    )


def _url(recipe: Recipe, order: Order) -> URL:
    url = url_of(order.address, order.secret)
    kind = url.get_backend_name()
    if kind not in recipe.databases:
        raise InvalidSetting(
            _OTHER_DATABASE,
            recipe=recipe.name,
            databases=", ".join(recipe.databases),
            kind=kind,
        )
    return url


def _variables(recipe: Recipe, order: Order) -> dict[str, str]:
    known = {variable.name: variable for variable in recipe.variables}
    for name in order.variables:
        if name not in known:
            names = ", ".join(known) or "–"
            raise InvalidSetting(_NO_VARIABLE, recipe=recipe.name, name=name, names=names)
    found = {}
    for name, variable in known.items():
        said = order.variables.get(name, variable.default)
        if said is None:
            raise InvalidSetting(_NOT_SAID, recipe=recipe.name, name=name, about=variable.about)
        found[name] = said
    return found


def _queries(recipe: Recipe, order: Order) -> list[Query]:
    names = [query.name for query in recipe.queries]
    for name in order.only:
        if name not in names:
            raise InvalidSetting(_NO_QUERY, recipe=recipe.name, name=name, names=", ".join(names))
    return [q for q in recipe.queries if not order.only or q.name in order.only]
