"""`mainstay replay`: how good the warnings would have been, on this installation's own past."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from mainstay.cli.assessing import read_date
from mainstay.cli.context import HORIZON, OUT, REPLAYING, Json, context, whole_number
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

FEW = 5  # that left, or didn't, below which no method is told from another
FEW_LOSSES = 30  # of which a share would promise more than is known
METHODS = {
    "mainstay": "Mainstay",
    "recency": gettext_noop("Days since the last order"),
    "orders_365": gettext_noop("Orders in 365 days"),
    "hiatus": gettext_noop("Silence beside the longest gap"),
    "bg_nbd_alive": gettext_noop("BG/NBD, P(alive)"),
    "bg_nbd_orders": gettext_noop("BG/NBD, expected orders"),
    "mbg_nbd_alive": gettext_noop("MBG/NBD, P(alive)"),
    "mbg_nbd_orders": gettext_noop("MBG/NBD, expected orders"),
    "pareto_nbd_alive": gettext_noop("Pareto/NBD, P(alive)"),
    "pareto_nbd_orders": gettext_noop("Pareto/NBD, expected orders"),
    "report": gettext_noop("Last 13 weeks beside the same weeks last year"),
    "growth": gettext_noop("Last 52 weeks beside the 52 before"),
    "trees": gettext_noop("Trees that learnt once"),
}
YEAR_WEEKS = 52
MOST_WEEKS_APART = 520
OUTCOMES = {
    "complete": gettext_noop("Gone: no order within {span}"),
    "partial": gettext_noop("Buying far less within {span}"),
    "category": gettext_noop("A category left while the account still buys"),
}

WARNED = {
    "partial": gettext_noop(
        "Of {warnings} warnings that an account slips, {right} were right, {wrong} false alarms, "
        "{open} can't be told."
    ),
    "category": gettext_noop(
        "Of {warnings} warnings that a category is left while the account still buys, {right} were "
        "right, {wrong} false alarms, {open} can't be told."
    ),
}
PUT_OFF = {
    "dismiss": gettext_noop(
        "Of {n} accounts that somebody had dismissed, {fell} fell after all, with {money}."
    ),
    "snooze": gettext_noop(
        "Of {n} accounts that somebody had put off, {fell} fell after all, with {money}."
    ),
}
NOT_IN_DESK = gettext_noop(
    "Kept as {identity}. The desk does not show it: there a replay has the usual dates and the usual "
    "horizon, as `mainstay replay` alone has them."
)


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)


def replay(
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first date, at the earliest.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last date, at the latest.")
    ] = None,
    as_of: Annotated[
        list[str] | None,
        typer.Option("--as-of", metavar="DATE", help="This date; may be given several times."),
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(
            "--every",
            metavar="WEEKS",
            parser=whole_number("--every", MOST_WEEKS_APART),
            help="How far apart the dates are; four weeks unless said otherwise.",
        ),
    ] = None,
    horizon: Annotated[int | None, HORIZON] = None,
    out: Annotated[Path | None, OUT] = None,
    json: Json = False,
) -> None:
    """Judge the past as it would have been judged, and print how often that was right."""
    from mainstay import engine

    context.home_there()
    dates = _dates(since, until, as_of or [], every, horizon)
    with context.progress(REPLAYING) as progress:
        found = engine.replay_home(
            context.home, as_of=dates, horizon_weeks=horizon, progress=progress
        )
    if out:
        engine.export(found.scores, out)
    if context.json:
        context.put(as_json(found, out))
        return
    print_replay(found)
    if found.id.endswith(engine.ASKED):
        context.say(NOT_IN_DESK, identity=found.id)
    if out:
        context.say(gettext_noop("Written: {file}"), file=str(out))


def _dates(
    since: str | None, until: str | None, as_of: list[str], every: int | None, horizon: int | None
) -> list[date] | None:
    from mainstay import engine

    first, last = read_date(since), read_date(until)
    if as_of and (first or last or every):
        raise InvalidSetting(
            gettext_noop("Give either --as-of, or --from and --to with --every; not both.")
        )
    if first and last and first > last:
        raise InvalidSetting(
            gettext_noop("--from {first} is later than --to {last}."),
            first=str(first),
            last=str(last),
        )
    if not (as_of or first or last or horizon or every):
        return None  # the usual ones
    if as_of:
        return [day for day in map(read_date, as_of) if day]
    return engine.dates_to_replay(
        context.home,
        since=first,
        until=last,
        every_weeks=every or engine.EVERY_WEEKS,
        horizon_weeks=horizon,
    )


def as_json(found: Any, out: Path | None) -> dict[str, Any]:
    from mainstay import engine

    return {
        **{name: value for name, value in found.meta.items() if name != "settings"},
        "out": str(out) if out else None,
        "shown_in_desk": not found.id.endswith(engine.ASKED),
        "summary": engine.summary_of(found).to_json(),
        "category_summary": engine.category_summary_of(found).to_json(),
        "verdicts": [one.to_json() for one in engine.verdicts_of(found)],
        "scores": found.overall.drop_columns(["as_of"]).to_pylist(),
        "differences": [r for r in found.differences.to_pylist() if r["as_of"] is None],
        "with_and_without_assumed_facts": found.assumed.to_pylist(),
        "put_off": [one.to_json() for one in engine.put_off_of(found)],
        "missed": found.missed.slice(0, 20).to_pylist(),
        "missed_partial": found.missed_partial.slice(0, 20).to_pylist(),
        "missed_categories": found.missed_categories.slice(0, 20).to_pylist(),
    }


def print_replay(found: Any) -> None:
    """One table an outcome, and what it means in words."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, 160))
    span = _weeks(found.meta["horizon_weeks"])
    rows = found.overall.to_pylist()
    for outcome in found.meta["outcomes"]:
        mine = [row for row in rows if row["outcome"] == outcome]
        title = context.text(OUTCOMES[outcome], span=span)
        if mine[0]["auc"] is None:
            context.say(TOO_FEW, what=title, **_counts(mine[0]))
            continue
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
        table.add_column(context.text(gettext_noop("Method")), no_wrap=True)
        for heading, _, _ in COLUMNS:
            # No word is cut short, however narrow the screen.
            table.add_column(context.text(heading), justify="right", overflow="fold")
        for row in mine:
            name = context.text(METHODS.get(row["method"], row["method"]))
            table.add_row(name, *(_cell(row[column], form) for _, column, form in COLUMNS))
        console.print(table)
        if min(mine[0]["happened"], mine[0]["n"] - mine[0]["happened"]) < FEW:
            context.say(HARDLY, **_counts(mine[0]))
    if found.assumed.num_rows:
        console.print(_assumed(found))
    _print_words(found)


def _counts(row: dict[str, Any]) -> dict[str, str]:
    return {"n": f"{row['n']:,}", "happened": f"{row['happened']:,}"}


TOO_FEW = gettext_noop(
    "{what}: too few to tell. Of {n} judgements {happened} came about; a method is told from another "
    "only where some came about and some did not."
)
HARDLY = gettext_noop("Too few to tell one method from another: {happened} of {n} came about.")


def _assumed(found: Any) -> Any:
    """Our figures with the facts that are only assumed to have been known, and without them."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    facts = sum(found.meta["assumed"].values())
    title = context.text(
        gettext_noop("With {n} facts assumed to have been known in time, and without them"), n=facts
    )
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in (gettext_noop("Outcome"), gettext_noop("Assumed facts")):
        table.add_column(context.text(heading))
    for heading, _, _ in ASSUMED_COLUMNS:
        table.add_column(context.text(heading), justify="right")
    for row in found.assumed.to_pylist():
        used = gettext_noop("counted") if row["assumed"] else gettext_noop("left out")
        table.add_row(
            context.text(OUTCOMES[row["outcome"]], span=_weeks(found.meta["horizon_weeks"])),
            context.text(used),
            *(_cell(row[column], form) for _, column, form in ASSUMED_COLUMNS),
        )
    return table


ASSUMED_COLUMNS = (
    (gettext_noop("AUC"), "auc", "{:.3f}"),
    (gettext_noop("Average precision"), "average_precision", "{:.3f}"),
    (gettext_noop("Calibration error"), "calibration_error", "{:.3f}"),
    (gettext_noop("Lost money flagged"), "money_flagged", "{:.0%}"),
    (gettext_noop("Warnings"), "warnings", "{:,}"),
    (gettext_noop("Right"), "right", "{:,}"),
    (gettext_noop("False alarms"), "wrong", "{:,}"),
)
COLUMNS = (
    (gettext_noop("AUC"), "auc", "{:.3f}"),
    (gettext_noop("Average precision"), "average_precision", "{:.3f}"),
    (gettext_noop("Lift, top tenth"), "lift", "{:.2f}"),
    (gettext_noop("Brier"), "brier", "{:.3f}"),
    (gettext_noop("Calibration error"), "calibration_error", "{:.3f}"),
    (gettext_noop("By chance"), "calibration_floor", "{:.3f}"),
    (gettext_noop("Lost money flagged"), "money_flagged", "{:.0%}"),
    (gettext_noop("Weeks of lead"), "lead_weeks", "{:.0f}"),
    (gettext_noop("False alarms a month"), "false_alarms", "{:.1f}"),
)


def _cell(value: float | None, form: str) -> str:
    shown = "–" if value is None else form.format(value)
    return "0" if shown == "-0" else shown


def _dates_in_words(dates: list[str]) -> str:
    if len(dates) == 1:
        return dates[0]
    return context.text(
        gettext_noop("{n_dates} dates from {first} to {last}"),
        n_dates=len(dates),
        first=dates[0],
        last=dates[-1],
    )


def _print_words(found: Any) -> None:
    from mainstay import engine

    words = engine.summary_of(found)
    _print_judged(found)
    _print_named(found, words)
    weeks = found.meta["horizon_weeks"]
    _print_interval(found.meta["intervals_horizon"], weeks)
    if weeks != YEAR_WEEKS:
        _print_interval(found.meta["intervals"], YEAR_WEEKS)
    _print_pace(found, words)


def _print_judged(found: Any) -> None:
    """What was judged, and what can't be told fairly."""
    from mainstay import engine

    meta = found.meta
    judged = sum(
        row["outcome"] == "complete" for row in found.judged.select(["outcome"]).to_pylist()
    )
    context.say(
        gettext_noop(
            "Judged at {dates}; {n} judgements of eligible accounts (at least 3 order days, one in the "
            "last 365 days)."
        ),
        dates=_dates_in_words(meta["as_of"]),
        n=f"{judged:,}",
    )
    if meta["dates_early"]:
        context.say(
            gettext_noop(
                "Too early to be fair: at {early} of {n_dates} dates there were fewer than {known} weeks "
                "of data, which begin on {begin}. The usual dates leave these out."
            ),
            early=meta["dates_early"],
            n_dates=len(meta["as_of"]),
            known=engine.LEAST_KNOWN_WEEKS,
            begin=meta["data_begin"],
        )


def _print_named(found: Any, words: Any) -> None:
    """Of the warnings how many were right, and who left unnamed."""
    from mainstay import engine

    meta = found.meta
    if words.called:
        context.say(
            gettext_noop(
                "Of {called} accounts that were called leaving, {right} had gone {span} later "
                "({right_share}), {wrong} had ordered."
            ),
            called=words.called,
            right=words.right,
            right_share=words.right / words.called,
            wrong=words.wrong,
            span=_weeks(meta["horizon_weeks"]),
        )
    for one in engine.verdicts_of(found):
        if one.outcome in WARNED and one.warnings:
            context.say(WARNED[one.outcome], **one.to_json())
    treated = next((one for one in engine.verdicts_of(found) if one.treated), None)
    if treated:
        context.say(
            gettext_noop(
                "Something was done about an account in {n} judgements; {happened} of them had gone "
                "all the same. They are counted apart, neither right nor false alarms."
            ),
            n=f"{treated.treated:,}",
            happened=treated.treated_happened,
        )
    for said in engine.put_off_of(found):
        if said.judged:
            context.say(
                PUT_OFF[said.kind],
                n=said.judged,
                fell=said.fell,
                money=f"{said.lost:,.0f} {meta['currency']}".strip(),
            )
    if words.left:
        lead = words.named_lead_weeks or 0.0
        context.say(
            gettext_noop(
                "Of {left} accounts that left for good, {named} had been named ({named_share}), in the "
                "middle {span} before the sales report showed it."
            )
            if lead >= 0
            else gettext_noop(
                "Of {left} accounts that left for good, {named} had been named ({named_share}), in the "
                "middle {span} after the sales report showed it."
            ),
            left=words.left,
            named=words.named,
            named_share=words.named / words.left,
            span=_weeks(abs(lead)),
        )


def _print_pace(found: Any, words: Any) -> None:
    """How many warnings there were."""
    meta = found.meta
    per = (
        gettext_noop("{warnings} warnings a manager and month, {wrong} of them false alarms.")
        if meta["managers"]
        else gettext_noop(
            "{warnings} warnings per 100 accounts and month, {wrong} of them false alarms."
        )
    )
    context.say(per, warnings=f"{words.per_month:.1f}", wrong=f"{words.false_alarms:.1f}")


def _print_interval(held: dict[str, Any], weeks: int) -> None:
    if held["n"] < FEW_LOSSES:
        if held["n"]:
            context.say(
                gettext_noop(
                    "Losses over {span}: {n}, too few to tell how many lie within their 80% interval."
                ),
                span=_weeks(weeks),
                n=held["n"],
            )
        return
    context.say(
        gettext_noop("Of {n} losses over {span}, {covered_share} lay within their 80% interval."),
        n=f"{held['n']:,}",
        span=_weeks(weeks),
        covered_share=held["covered"],
    )


def _weeks(n: float) -> str:
    return context.text(
        gettext_noop("{n_weeks} week") if n == 1 else gettext_noop("{n_weeks} weeks"),
        n_weeks=f"{n:.0f}",
    )
