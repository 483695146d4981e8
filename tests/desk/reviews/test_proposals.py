"""Whom to review: who told us, no healthy ones that fell, the same draw for everybody, and all there are."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from mainstay.desk.accounts.models import Account
from mainstay.desk.reviews import proposals
from mainstay.desk.reviews.models import Review

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _drawn_anew() -> Any:
    cache.clear()
    yield
    cache.clear()


def proposed(client: Any, query: str = "", kind: str = "") -> list[str]:
    page = client.get(f"/reviews/{query}").content.decode()
    found = re.findall(r'name="account" value="([^"]+)"[^<]*<input[^>]*value="([^"]+)"', page)
    return [account for account, of in found if not kind or of == kind]


def test_who_told_us_is_proposed_whatever_is_at_risk(published: Any, signed_in: Any) -> None:
    Account.objects.filter(account_id="A107").update(money_at_risk=None)
    minsu = signed_in("minsu")
    assert "A107" in proposed(minsu, kind="slipping")
    minsu.post("/reviews/open/", {"account": "A107", "review_as": "slipping"})
    assert Review.objects.get().kind == "slipping"
    assert "A107" not in proposed(minsu)


def test_a_review_begins_where_why_says_that_it_began(published: Any, signed_in: Any) -> None:
    Account.objects.filter(account_id="A107").update(
        fell_on=date(2025, 8, 30), state_since=date(2025, 11, 22)
    )
    signed_in("minsu").post("/reviews/open/", {"account": "A107", "review_as": "slipping"})
    assert Review.objects.get().onset_on == date(2025, 8, 30)


def test_what_fell_is_no_healthy_account(published: Any, signed_in: Any) -> None:
    dora = signed_in("dora")
    assert set(proposed(dora, kind="healthy")) == {"A103", "00123"}
    cache.clear()
    Account.objects.filter(account_id="A103").update(fell_on=date(2025, 9, 1))
    assert proposed(dora, kind="healthy") == ["00123"]
    page = dora.get("/account/A103/").content.decode()
    assert 'name="review_as" value="slipping"' in page
    dora.post("/reviews/open/", {"account": "A103", "review_as": "slipping"})
    assert Review.objects.get().onset_on == date(2025, 9, 1)


def test_a_manager_has_a_part_of_what_the_director_has(
    published: Any, signed_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(proposals, "SAMPLE", 1)
    (drawn,) = proposed(signed_in("dora"), kind="healthy")
    parts = {user: proposed(signed_in(user), kind="healthy") for user in ("minsu", "wei")}
    assert [*parts["minsu"], *parts["wei"]] == [drawn]


def test_all_that_fell_can_be_reached(published: Any, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(proposals, "SHOWN", 1)
    monkeypatch.setattr(proposals, "MORE", 2)
    dora = signed_in("dora")
    page = dora.get("/reviews/").content.decode()
    assert '<a href="?more=1#proposed">There are more, with less money behind them.</a>' in page
    failing = ("slipping", "lost")

    def of(query: str) -> list[str]:
        return [a for kind in failing for a in proposed(dora, query, kind)]

    assert of("") == ["A100"]
    assert sorted(of("?more=1") + of("?more=2")) == ["A100", "A101", "A102", "A107"]
    assert 'href="?more=2#proposed"' in dora.get("/reviews/?more=1").content.decode()
    assert dora.get("/reviews/?more=nonsense").status_code == 200
