"""`mainstay plan`: what to do about whom this week, by whom, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from mainstay.cli.assessing import AsOf, day_to_judge
from mainstay.cli.context import ASSESSING, OUT, Json, context
from mainstay.cli.tables import print_table
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop, texts_from_json

SHOWN = 20
MOST_HOURS = 80.0
_TITLE = gettext_noop("What to do in the week from {as_of} ({currency})")
_HEADINGS = (
    (gettext_noop("Account"), False),
    (gettext_noop("What to do"), False),
    (gettext_noop("Who"), False),
    (gettext_noop("Hours"), True),
    (gettext_noop("Expected to keep"), True),
    (gettext_noop("Costs"), True),
    (gettext_noop("Why"), False),
)
_STACKS = ((0, 6), (1, 2), (4, 5, 3))


def register(app: typer.Typer) -> None:
    app.command("plan")(plan)


def plan(
    as_of: AsOf = None,
    hours: Annotated[
        float | None,
        typer.Option(
            "--hours",
            metavar="HOURS",
            help="What if everybody had so many hours this week? Such a plan is not kept.",
        ),
    ] = None,
    out: Annotated[Path | None, OUT] = None,
    json: Json = False,
) -> None:
    """Choose what to do this week, within the hours and the money there are, and say why."""
    from mainstay import engine

    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise InvalidSetting(
            gettext_noop("--hours can't be {hours}; a week has from 0 to {most} hours of work."),
            hours=f"{hours:g}",
            most=f"{MOST_HOURS:g}",
        )
    with context.progress(ASSESSING) as progress:
        found = engine.plan_home(
            context.home_there(), as_of=day_to_judge(as_of), hours=hours, progress=progress
        )
    if out:
        engine.export(found.plan, out)
    if context.json:
        context.put(as_json(found, out))
    else:
        print_plan(found)
    for text in found.contradictions:
        print(context.tell(text), file=sys.stderr)
    if out and not context.json:
        context.say(gettext_noop("Written: {file}"), file=str(out))


def as_json(found: Any, out: Path | None) -> dict[str, Any]:
    """The plan for a machine; texts in the reader's language."""

    def told(row: dict[str, Any]) -> dict[str, Any]:
        said = {
            name: [context.tell(text) for text in texts_from_json(row[name])]
            for name in ("why", "why_not")
        }
        return {**row, **said}

    left_out = ("contradictions", "said", "beliefs")
    return {
        **{name: value for name, value in found.meta.items() if name not in left_out},
        "out": str(out) if out else None,
        "contradictions": [context.tell(text) for text in found.contradictions],
        "said": [context.tell(text) for text in found.said],
        "plan": [told(row) for row in found.plan.to_pylist()],
        "limits": found.limits.to_pylist(),
    }


def print_plan(found: Any) -> None:
    """The plays worth most."""
    if not found.plan.num_rows:
        _print_nothing(found)
        return
    from mainstay import engine

    titles = {name: context.text(play.title) for name, play in engine.play_catalogue().items()}
    people = {row["id"]: row["name"] for row in found.limits.to_pylist() if row["kind"] == "hours"}
    title = context.text(_TITLE, as_of=str(found.as_of), currency=found.meta["currency"] or "")
    headings = [(context.text(heading), right) for heading, right in _HEADINGS]
    rows = [
        (
            row["name"],
            titles.get(row["play"], row["play"]),
            people.get(row["staff_id"], row["staff_id"]),
            f"{row['hours']:,.1f}",
            f"{row['kept']:,.0f}",
            f"{row['cost']:,.0f}",
            context.tell(texts_from_json(row["why"])[1]),
        )
        for row in found.plan.slice(0, SHOWN).to_pylist()
    ]
    print_table(title, headings, rows, _STACKS)
    if found.plan.num_rows > SHOWN:
        context.say(
            gettext_noop(
                "{shown} of {n} plays, those worth most; --out FILE writes all of them to a file, --json "
                "prints them."
            ),
            shown=str(SHOWN),
            n=f"{found.plan.num_rows:,}",
        )
    _print_words(found)


def _hours(found: Any) -> list[dict[str, Any]]:
    return [row for row in found.limits.to_pylist() if row["kind"] == "hours"]


def _print_nothing(found: Any) -> None:
    hours = _hours(found)
    context.say(
        gettext_noop(
            "Nothing new is planned in the week from {as_of}; of its {there_is} hours {under_way} go to what "
            "is under way."
        ),
        as_of=str(found.as_of),
        there_is=f"{sum(row['there_is'] for row in hours):,.0f}",
        under_way=f"{sum(row['under_way'] for row in hours):,.0f}",
    )
    for text in found.said:
        print(context.tell(text))


def _print_words(found: Any) -> None:
    hours = _hours(found)
    context.say(
        gettext_noop(
            "{n} new plays, expected to keep {kept} of margin for {cost}; {planned} of {there_is} "
            "hours of this week, {under_way} more for what is under way. No other choice within the "
            "same limits is worth more than {gap_share} more."
        ),
        n=f"{found.plan.num_rows:,}",
        kept=_sum(found.plan, "kept"),
        cost=_sum(found.plan, "cost"),
        planned=f"{sum(row['planned'] for row in hours):,.0f}",
        there_is=f"{sum(row['there_is'] for row in hours):,.0f}",
        under_way=f"{sum(row['under_way'] for row in hours):,.0f}",
        gap_share=f"{found.meta['gap']:.1%}",
    )
    for text in found.said:
        print(context.tell(text))


def _sum(table: Any, column: str) -> str:
    return f"{sum(table[column].to_pylist()):,.0f}"
