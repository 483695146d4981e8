"""The mapping page: what is shown of a proposal, and what came back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.imports import services, words
from mainstay.desk.imports.forms import Choice
from mainstay.desk.imports.models import Upload


@dataclass(frozen=True)
class Heading:
    """One heading of a source, with its first values and what it is taken for."""

    field: str
    words: str
    samples: str
    column: str
    why: Any
    likely: list[tuple[str, str]]


@dataclass(frozen=True)
class Fee:
    code: str
    name: str
    rows: int
    money: str
    chosen: bool


@dataclass(frozen=True)
class Source:
    """One file or sheet of the page."""

    prefix: str
    name: str
    rows: int
    broken: int
    encoding: str
    headings: list[Heading]
    missing: list[str]
    skipped: bool
    unsure: list[str]
    fees: list[Fee]
    remembered: bool
    currency: str
    date_order: str
    number_form: str
    has_dates: bool
    has_numbers: bool
    has_currency: bool
    product: str


def read_options(data: QueryDict) -> dict[str, Any]:
    """What is said of all files at once."""
    table = data.get("table", "")
    encoding = data.get("encoding", "")
    return {
        "table": table if table in words.TABLES else "order_lines",
        "encoding": encoding if encoding in words.ENCODINGS else "",
        "delimiter": {"tab": "\t"}.get(data.get("delimiter", ""), data.get("delimiter", "")[:1]),
        "sheet": data.get("sheet", "")[:200],
    }


def corrected(upload: Upload, data: QueryDict) -> tuple[list[str], dict[str, Any]]:
    """What is still wrong, a sentence each, and the mappings by source; the choice is kept."""
    assert upload.proposal is not None  # noqa: S101  # the view has asked
    names = {c.name for c in engine.columns_of(upload.table)}
    sources, mappings = [], {}
    troubles: list[str] = []
    for number, given in enumerate(upload.proposal["sources"]):
        choice = Choice(number, given)
        for column in choice.twice(data):
            troubles.append(
                _("In “%(file)s” two headings are put to “%(column)s”; choose one of them.")
                % {"file": given["source"], "column": words.column(column, upload.table)}
            )
        try:
            mapping, missing = engine.correct(upload.table, given, choice.correction(data, names))
        except MainstayError as error:
            troubles.append(in_words(error))
            sources.append(given)
            continue
        sources.append(choice.corrected(mapping, missing))
        mappings[given["source"]] = mapping
    services.keep_proposal(upload, {**upload.proposal, "sources": sources})
    return troubles + _lacking(sources), mappings


def _lacking(sources: list[dict[str, Any]]) -> list[str]:
    """A sentence for each source that lacks a column; a sheet beside a whole one is left out."""
    if all(not s["missing"] or _left_out(s, sources) for s in sources):
        return []
    lacking = [s for s in sources if s["missing"] and not _left_out(s, sources)]
    found = [
        _("“%(file)s” has no column for %(missing)s yet: choose a heading for it.")
        % {
            "file": source["source"],
            "missing": pgettext("between two columns", ", ").join(
                words.columns(name, source["mapping"]["table"]) for name in source["missing"]
            ),
        }
        for source in lacking
    ]
    likely = {s["source"]: s.get("likely_table") for s in lacking}
    return found + [
        _("The headings of “%(file)s” are those of another table: “%(table)s”.")
        % {"file": file, "table": words.table(table)}
        for file, table in likely.items()
        if table in words.TABLES
    ]


def another_table(sources: list[dict[str, Any]]) -> str:
    """The one table that all files that lack a column have the headings of, else ""."""
    lacking = [s for s in sources if s["missing"] and not _left_out(s, sources)]
    likely = {s.get("likely_table") for s in lacking}
    found = likely.pop() if len(likely) == 1 else None
    return found if found in words.TABLES else ""


def _left_out(source: dict[str, Any], sources: list[dict[str, Any]]) -> bool:
    whole = any(not other["missing"] for other in sources)
    return bool(source["missing"] and source["sheet"] and whole)


def context(upload: Upload) -> dict[str, Any]:
    """What the template needs."""
    assert upload.proposal is not None  # noqa: S101  # the view has asked
    given = upload.proposal["sources"]
    columns = engine.columns_of(upload.table)
    kinds = {c.name: c.kind for c in columns}
    return {
        "sources": [_source(Choice(n, one), given, kinds) for n, one in enumerate(given)],
        "lacking": _lacking(given),
        "another": (another, words.table(another)) if (another := another_table(given)) else None,
        "columns": [(c.name, words.column(c.name, upload.table), c.required) for c in columns],
        "tables": words.TABLES,
        "date_orders": words.DATE_ORDERS,
        "number_forms": words.NUMBER_FORMS,
        "encodings": words.ENCODINGS,
        "is_orders": upload.table in ("order_lines", "open_orders"),
        "asks_currency": upload.table in ("order_lines", "open_orders", "payments"),
        "rows": sum(one["rows"] + one["broken_rows"] for one in given),
    }


def _source(choice: Choice, sources: list[dict[str, Any]], kinds: dict[str, str]) -> Source:
    given, mapping = choice.given, choice.given["mapping"]
    orders = list(mapping["date_orders"].values())
    forms = list(mapping["number_forms"].values())
    return Source(
        prefix=choice.prefix,
        name=given["source"],
        rows=given["rows"],
        broken=given["broken_rows"],
        encoding=given["encoding"] or "",
        headings=[_heading(choice, n, heading) for n, heading in enumerate(given["headings"])],
        missing=[words.columns(name, mapping["table"]) for name in given["missing"]],
        skipped=_left_out(given, sources),
        unsure=[account_words.sentence(text) for text in given["unsure"]],
        fees=[_fee(fee, mapping) for fee in given["fee_codes"]],
        remembered=given["remembered"],
        currency=mapping["currency"] or "",
        date_order=orders[0] if orders else "",
        number_form=forms[0] if forms else "",
        has_dates=bool(given["date_orders"]),
        has_numbers=any(kinds.get(c) in ("money", "number", "integer") for c in mapping["columns"]),
        has_currency="currency" in mapping["columns"],
        product=mapping["columns"].get("product_id", ""),
    )


def _heading(choice: Choice, number: int, heading: dict[str, Any]) -> Heading:
    table = choice.given["mapping"]["table"]
    return Heading(
        field=f"{choice.prefix}-c{number}",
        words=heading["heading"],
        samples=" · ".join(heading["samples"]),
        column=heading["column"] or "",
        why=words.WHY.get(heading["why"] or "", ""),
        likely=[(name, words.column(name, table)) for name in heading["others"][:2]],
    )


def _fee(fee: dict[str, Any], mapping: dict[str, Any]) -> Fee:
    money = numbers.exact_money(float(fee["money"]), "") if fee["money"] is not None else ""
    return Fee(fee["code"], fee["name"], fee["rows"], money, fee["code"] in mapping["fee_codes"])
