"""`mainstay assess` and `mainstay demo`: from the ledger to the accounts that are leaving."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mainstay.cli import profiling
from mainstay.cli.context import ASSESSING, HORIZON, OUT, Json, context
from mainstay.cli.tables import print_table
from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.stages import Stage
from mainstay.core.texts import Text, gettext_noop

SHOWN = 20
UNEVENTFUL_DAYS = 14  # holidays: no order line for so long says nothing of what is loaded

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Judge as of this date, with what was known before it; e.g. 2011-09-09. "
        "Without it: the day after the last order line, with all that is known today.",
    ),
]


def register(app: typer.Typer) -> None:
    app.command("assess")(assess)
    app.command("demo")(demo)


def read_date(text: str | None) -> date | None:
    """The day that an option names.

    Raises: InvalidSetting
    """
    if text is None:
        return None
    from mainstay.engine import day_of

    return day_of(text)


def day_to_judge(text: str | None) -> date | None:
    """The day that --as-of names.

    Raises: InvalidSetting for a day beyond tomorrow, as of which today's orders are known
    """
    day = read_date(text)
    tomorrow = datetime.now().astimezone().date() + timedelta(days=1)
    if day and day > tomorrow:
        raise InvalidSetting(
            gettext_noop(
                "“{text}” is in the future: what happens until then is not known yet. "
                "The last day that can be judged is {latest}."
            ),
            text=str(text),
            latest=tomorrow.isoformat(),
        )
    return day


def assess(
    as_of: AsOf = None,
    horizon: Annotated[int | None, HORIZON] = None,
    out: Annotated[Path | None, OUT] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print where the time went, stage by stage.")
    ] = False,
    json: Json = False,
) -> None:
    """Assess all accounts and print those with most money at risk."""
    from mainstay import engine

    home = context.home_there()
    at_desk = profile and profiling.has_desk()
    after = 0.1 if at_desk else 0.0  # of the assessment's time, to show it at the desk
    with (
        engine.stages_of(home) as stages,
        context.progress(ASSESSING, stages.seconds_left) as progress,
    ):
        result = engine.assess_home(
            home,
            as_of=day_to_judge(as_of),
            horizon_weeks=horizon,
            progress=lambda done, total: progress(done, (1 + after) * total),
        )
        if at_desk:
            profiling.publish()
    if out:
        engine.export(_with_causes(result, result.accounts), out)
    show(result, out, stages.done if profile else None)


def show(result: Any, out: Path | None = None, stages: list[Stage] | None = None) -> None:
    """The result for whoever asked: people or a machine; what to beware of goes to both."""
    warnings = [context.tell(warning) for warning in _warnings(result)]
    if context.json:
        profile = {"profile": profiling.as_json(stages)} if stages else {}
        context.put({**_as_json(result, out), "warnings": warnings, **profile})
    else:
        print_assessment(result)
        if stages:
            profiling.show(stages)
    for warning in warnings:
        print(warning, file=sys.stderr)
    if out and not context.json:
        context.say(gettext_noop("Written: {file}"), file=str(out))


def _with_causes(result: Any, accounts: Any) -> Any:
    """The accounts with the first cause of those that fell, and its probability."""
    from mainstay import engine

    return engine.with_causes(accounts, engine.explanation_of(context.home.store, result.id))


def _summary(result: Any) -> dict[str, Any]:
    """A handful of figures; money_lost: what lost accounts take less a year than before they fell."""
    from mainstay import engine

    explained = engine.explanation_of(context.home.store, result.id)
    return {**result.summary(), "money_lost": engine.money_lost(result.accounts, explained)}


def _warnings(result: Any) -> list[Text]:
    """What makes the figures other than they seem."""
    from mainstay import engine

    found = []
    span = engine.open_ledger(context.home).span()
    if span and (result.as_of - span[1]).days - 1 > UNEVENTFUL_DAYS:
        found.append(
            Text(
                gettext_noop(
                    "The last order line is of {last}, {n_days} days before {as_of}: accounts may "
                    "look late only because later orders are not loaded. Load them, or leave out --as-of."
                ),
                {
                    "last": span[1].isoformat(),
                    "as_of": result.as_of.isoformat(),
                    "n_days": (result.as_of - span[1]).days,
                },
            )
        )
    if missing := result.meta["missing_rates"]:
        found.append(
            Text(
                gettext_noop(
                    "{lines} order lines in {currencies} are in no figure: there is no exchange "
                    "rate. Load some with --table exchange_rates."
                ),
                {"lines": sum(missing.values()), "currencies": ", ".join(sorted(missing))},
            )
        )
    supply = result.meta["supply"]
    if supply and not supply["accounts"]:
        found.append(
            Text(
                gettext_noop(
                    "The table supply names products that were missing at times ({products}), and no "
                    "account bought any of them in the year before. Are its product codes those of "
                    "the order lines?"
                ),
                {"products": supply["products"]},
            )
        )
    return found


def _as_json(result: Any, out: Path | None) -> dict[str, Any]:
    columns = [
        "account_id",
        "name",
        "tier",
        "state",
        "last_order_on",
        "rhythm_days",
        "money_at_risk",
        "money_at_risk_low",
        "money_at_risk_high",
        "why",
    ]
    top = _with_causes(result, result.at_risk(SHOWN).select(columns)).to_pylist()
    feasts = list(result.meta["feasts"])
    return {**_summary(result), "feasts": feasts, "out": str(out) if out else None, "accounts": top}


_TITLE = gettext_noop("Most money at risk as of {as_of} ({currency}, next 52 weeks)")
_TITLE_WITHOUT_CURRENCY = gettext_noop("Most money at risk as of {as_of} (next 52 weeks)")
_HEADINGS = (
    (gettext_noop("Account"), False),
    (gettext_noop("State"), False),
    (gettext_noop("Last order"), False),
    (gettext_noop("Rhythm, days"), True),
    (gettext_noop("At risk"), True),
    (gettext_noop("80% interval"), True),
    (gettext_noop("Why"), False),
)
_STACKS = ((0, 6), (1, 2, 3), (4, 5))
FEASTS = {
    "lunar_new_year": gettext_noop("Lunar New Year"),
    "mid_autumn": gettext_noop("Mid-Autumn Festival (Chuseok)"),
    "easter": gettext_noop("Easter"),
}


def print_assessment(result: Any) -> None:
    """The table of the accounts with most money at risk, and what they come to."""
    from mainstay.core.texts import texts_from_json

    summary = _summary(result)
    title = context.text(
        _TITLE if summary["currency"] else _TITLE_WITHOUT_CURRENCY,
        as_of=summary["as_of"],
        currency=summary["currency"],
    )
    headings = [(context.text(heading), right) for heading, right in _HEADINGS]
    rows = [
        (
            row["name"],
            context.state(row["state"]),
            str(row["last_order_on"] or ""),
            "" if row["rhythm_days"] is None else f"{row['rhythm_days']:,.0f}",
            f"{row['money_at_risk']:,.0f}",
            f"{row['money_at_risk_low']:,.0f} … {row['money_at_risk_high']:,.0f}",
            context.tell(texts_from_json(row["reasons"])[0]),
        )
        for row in result.at_risk(SHOWN).to_pylist()
    ]
    print_table(title, headings, rows, _STACKS)
    context.say(
        gettext_noop(
            "Accounts: {accounts}, of them {noticed} told us, {late} late, {slipping} slipping, with {at_risk} "
            "at risk in the next 52 weeks; {lost} lost, with {lost_money} a year less than before they fell."
        ),
        accounts=f"{summary['n_accounts']:,}",
        **{
            state: f"{summary['states'].get(state, 0):,}"
            for state in ("noticed", "late", "slipping", "lost")
        },
        at_risk=_money(summary["money_at_risk"], summary["currency"]),
        lost_money=_money(summary["money_lost"], summary["currency"]),
    )
    if feasts := result.meta["feasts"]:
        names = ", ".join(context.text(FEASTS[name]) for name in feasts)
        context.say(gettext_noop("Orders stop or rush around {feasts}; this counts."), feasts=names)


class Demo(StrEnum):
    """What the demo shows."""

    ORDERS = "orders"
    DISTRIBUTOR = "distributor"


def demo(
    what: Annotated[
        Demo,
        typer.Argument(
            help="orders: two years of a wholesaler's real orders. distributor: a made-up company "
            "with staff, visits, complaints and all else, for every page."
        ),
    ] = Demo.ORDERS,
    accounts: Annotated[
        int, typer.Option(min=20, max=20_000, help="Of the made-up distributor.")
    ] = 600,
    weeks: Annotated[int, typer.Option(min=20, max=520, help="Of its history.")] = 156,
    used: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="WEEKS",
            help="Of these, the last so many lived with Mainstay: plans followed or not, cases, reviews, a trial. "
            "39 shows what was learnt, in about five minutes.",
        ),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Another number makes another company.")] = 1,
    serve: Annotated[bool, typer.Option(help="Start the desk afterwards.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the desk answers.")] = 8000,
    json: Json = False,
) -> None:
    """Load a demo, assess it, and open the desk."""
    import os

    from mainstay.cli import demo_data, demo_distributor, demo_home, serving

    if serve:
        serving.check_port(port)  # before minutes of work
    own = "MAINSTAY_HOME" not in os.environ and context.home == Home.from_environment()
    if own:
        place = ".demo" if what is Demo.ORDERS else ".demo-distributor"
        context.home = Home(Path(place).resolve())
    demo_home.claim(context.home, what.value, own=own)
    if what is Demo.ORDERS:
        result = demo_data.load(context)
    else:
        today = datetime.now().astimezone().date()
        made_up = demo_distributor.MadeUp(accounts, weeks, seed, used)
        result = demo_distributor.load(context, made_up, today)
    show(result)
    if serve:
        serving.start(context.home, port=port)


def _money(amount: float, currency: str | None) -> str:
    return f"{amount:,.0f} {currency or ''}".strip()
