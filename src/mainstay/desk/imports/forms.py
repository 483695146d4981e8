"""What people choose on the mapping page, read from its many fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict

from mainstay import engine
from mainstay.desk.imports import words

MOST_FILES = 50


@dataclass(frozen=True)
class Choice:
    """One source of the mapping page.

    number: its place in the proposal, part of its fields' names
    given: the source as proposed, or as it was corrected last
    """

    number: int
    given: dict[str, Any]

    @property
    def prefix(self) -> str:
        return f"s{self.number}"

    def correction(self, data: QueryDict, columns: set[str]) -> engine.Correction:
        """What was chosen; a column that there is not is no choice."""
        chosen = {}
        for place, heading in enumerate(self.given["headings"]):
            value = data.get(f"{self.prefix}-c{place}", "")
            chosen[heading["heading"]] = value if value in columns else ""
        known = {fee["code"] for fee in self.given["fee_codes"]}
        fees = [code for code in data.getlist(f"{self.prefix}-fee") if code in known]
        currency = data.get(f"{self.prefix}-currency", "").strip().upper()[:3]
        return engine.Correction(
            chosen,
            tuple(fees),
            currency if len(currency) == 3 and currency.isascii() and currency.isalpha() else None,
            cast(Any, _known(data.get(f"{self.prefix}-date"), words.DATE_ORDERS)),
            cast(Any, _known(data.get(f"{self.prefix}-number"), words.NUMBER_FORMS)),
        )

    def twice(self, data: QueryDict) -> list[str]:
        """Columns that more than one heading was put to."""
        seen: set[str] = set()
        double: list[str] = []
        for place in range(len(self.given["headings"])):
            value = data.get(f"{self.prefix}-c{place}", "")
            if value in seen:
                double.append(value)
            elif value:
                seen.add(value)
        return double

    def corrected(self, mapping: dict[str, Any], missing: tuple[str, ...]) -> dict[str, Any]:
        """The source as it is after the correction, to be shown again."""
        column_of = {heading: column for column, heading in mapping["columns"].items()}
        headings = []
        for heading in self.given["headings"]:
            column = column_of.get(heading["heading"])
            why = heading["why"] if column == heading["column"] else "said"
            headings.append({**heading, "column": column, "why": why if column else None})
        return {
            **self.given,
            "headings": headings,
            "mapping": mapping,
            "missing": list(missing),
        }


def _known(value: str | None, known: dict[str, Any]) -> str | None:
    return value if value and value in known else None
