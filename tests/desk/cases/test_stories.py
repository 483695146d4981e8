"""My week tells five different stories, also where five accounts get the same play."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import desk_plan
import explained as by_hand
import pyarrow as pa
import pytest

from mainstay import engine
from mainstay.ledger.frozen import FrozenFolder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def category(account_id: str, name: str, state: str, now: float, before: float) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "category": name,
        "state": state,
        "amount_52": now,
        "amount_prev_52": before,
    }


@pytest.fixture
def week(
    settings: Any, cast: Any, db: None, staff: None, signed_in: Any
) -> Callable[..., dict[str, str]]:
    """The cards of the manager's week, by account, as plain text."""

    def make(*plays: tuple[str, str], who: str = "minsu", **changes: Any) -> dict[str, str]:
        store = settings.HOME.store
        by_hand.explanation(cast.accounts(), cast.AS_OF, **changes).save(
            engine.explanations(store), by_hand.ID
        )
        rows = [
            category("A100", "Bolts", "slipping", 10e3, 80e3),
            category("A100", "Nuts", "kept", 0.0, 90e3),
            category("A101", "<b>Nuts</b>", "dropped", 0.0, 30e3),
            category("A101", "Bolts", "slipping", 9e3, 30e3),
            category("A107", "Bolts", "slipping", 9e3, 8e3),
        ]
        table = pa.Table.from_pylist(rows, engine.CATEGORIES)
        FrozenFolder(store / "assessments").save(by_hand.ID, {"categories": table}, {"meta": {}})
        cast.show(cast.assessment())
        proposed = [desk_plan.planned(account, "S1", play) for account, play in plays]
        desk_plan.freeze(store, rows=proposed, alerts=())
        page = signed_in(who).get("/week/").content.decode()
        cards = page.split('<article class="panel thing">')[1:]
        return {
            re.findall(r'href="/account/([^/"]+)/"', card)[0]: re.sub(r"\s+", " ", card)
            for card in cards
        }

    return make


def story(card: str) -> str:
    return re.findall(r'<p class="story">(.*?)</p>', card)[0]


def test_each_says_what_went_since_when_how_much_and_why(week: Any) -> None:
    cards = week(("A100", "take_back"), ("A101", "take_back"), ("A107", "take_back"))
    assert story(cards["A100"]) == "€90k a year less since 10 Nov 2025, above all Bolts"
    assert "probably: Delivered 16 days after the promised 8 Sep 2025." in cards["A100"]
    # Most money of what fell, and not of what only changed.
    told = "€60k a year less since 2 Jun 2025, above all &lt;b&gt;Nuts&lt;/b&gt;"
    assert story(cards["A101"]) == told
    assert "Why is not known" in cards["A101"]
    assert story(cards["A107"]) == "€2k a year less since 10 Nov 2025"
    assert "almost certainly" in cards["A107"]


def test_the_same_play_is_told_at_length_once(week: Any) -> None:
    cards = week(("A100", "take_back"), ("A101", "take_back"), ("A107", "listen"))
    again = [account for account, card in cards.items() if "step by step" in card]
    assert len(again) == 1
    assert list(cards).index(again[0]) == 2  # who told us stands first
    assert all("Win back the part" in cards[account] for account in ("A100", "A101"))
    assert all("plansteps" in card for card in cards.values())


def test_what_a_play_needs_stands_first_and_the_fall_behind_it(week: Any) -> None:
    cards = week(("A100", "delivery_plan"), ("A103", "delivery_plan"), who="dora")
    assert story(cards["A100"]) == "Delivered 3 days after the promised 6 Oct 2025."
    assert "€90k a year less since 10 Nov 2025" in cards["A100"]
    # It did not fall: what happened is told all the same.
    assert "Delivered 5 days after" in story(cards["A103"])
    assert "a year less" not in cards["A103"]


def test_what_a_review_heard_is_told_to_nobody_here(week: Any) -> None:
    rows = by_hand.causes().to_pylist()
    for row in rows:
        told = json.loads(row["speaks_for"])
        heard = [{**one, "rows": [["reviews", "R1"]]} for one in told]
        row["speaks_for"] = json.dumps(heard)
    cards = week(("A100", "take_back"), causes=pa.Table.from_pylist(rows, engine.CAUSES))
    assert "Delivered 16 days" not in cards["A100"]
    assert "Too late, always" not in cards["A100"]
    assert "Our delivery" in cards["A100"]


def test_without_an_explanation_its_reasons_are_the_story(
    signed_in: Any, plan: Any, staff: None
) -> None:
    plan()
    page = signed_in("minsu").get("/week/").content.decode()
    assert "No order for 74 days" in story(page[page.index("A100") :])


@pytest.mark.parametrize(("year", "named"), [(2024, ", above all Bolts"), (2023, "")])
def test_an_old_fall_names_no_category(week: Any, year: int, named: str) -> None:
    """The year before the last tells nothing of what was before it."""
    rows = by_hand.falls().to_pylist()
    for row in rows:
        row["began_on"] = row["began_on"].replace(year=year)
    cards = week(("A100", "take_back"), falls=pa.Table.from_pylist(rows, engine.FALLS))
    assert story(cards["A100"]) == f"€90k a year less since 10 Nov {year}{named}"
