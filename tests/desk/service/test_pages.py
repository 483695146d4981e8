"""The pages of service, through HTTP, over what was measured of the cast."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from seen import Rows, ledger_of

from mainstay.desk.guarantees.publishing import show_cards
from mainstay.engine.standing import measure_standing, standings
from mainstay.engine.tables import CATEGORIES
from mainstay.standing.known import Known

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ID = "20260302-060000-cast"


def rows_of(as_of: date) -> dict[str, Rows]:
    """A complaint each fortnight of two accounts: A100 waits long, A103 does not."""

    def at(days: int, hours: float) -> datetime:
        return datetime.combine(as_of - timedelta(days=days), time(), UTC) + timedelta(hours=hours)

    told: Rows = []
    for account, solve in (("A100", 24 * 21), ("A103", 3)):
        for day in range(25, 700, 14):
            told.append({"complaint_id": f"{account}-{day}", "account_id": account, "kind": "delivery",
                         "severity": 1, "opened_at": at(day, 10), "first_answer_at": at(day, 11),
                         "solved_at": at(day, 10 + solve), "owner_id": "S1"})  # fmt: skip
    told.append({"complaint_id": "open", "account_id": "A103", "kind": "<odd>", "owner_id": "S2",
                 "opened_at": at(3, 9)})  # fmt: skip
    told.append({"complaint_id": "mine", "account_id": "A100", "owner_id": "S1", "opened_at": at(2, 9)})  # fmt: skip
    sold = [{"account_id": a, "ordered_on": as_of - timedelta(days=9), "amount": 1} for a in ("A100", "A103")]  # fmt: skip
    asked = [{"opinion_id": f"O{n}", "account_id": "A103", "complaint_id": "x", "asked_on": as_of - timedelta(days=40 + n),
              "answered_on": as_of - timedelta(days=30) if n else None, "was_solved": 4 if n else None} for n in (0, 1)]  # fmt: skip
    return {"order_lines": sold, "complaints": told, "opinions": asked}


@pytest.fixture
def measured(own_store: None, published: Any, cast: Any) -> None:
    book = ledger_of(rows_of(cast.AS_OF))
    known = Known(book, cast.AS_OF, cast.accounts(), CATEGORIES.empty_table())
    standings(settings.HOME.store).save(ID, measure_standing(known), {})
    show_cards(settings.HOME.store, ID)


def plain(response: Any) -> str:
    assert response.status_code == 200
    found = response.content.decode().split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


@pytest.mark.usefixtures("measured")
def test_one_account(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    minsu = signed_in("minsu")
    minsu.get("/account/A100/service/")
    with django_assert_max_num_queries(15):
        response = minsu.get("/account/A100/service/")
    told = plain(response)
    assert "Of 12 complaints in half a year, 0% were answered and solved within Mainstay's standard." in told  # fmt: skip
    assert "0 of 12 complaints" in told
    assert "Solutions came late most: 12 of 12." in told or "Complaints not solved in time" in told
    assert "half after 1 h" in told
    assert "waiting" in told
    assert "<odd>" not in response.content.decode()
    file = minsu.get("/account/A100/service.csv").content.decode("utf-8-sig")
    assert "A100-25" in file
    assert "A103" not in file
    assert minsu.get("/account/A100/service.xlsx").content.startswith(b"PK")


@pytest.mark.usefixtures("measured")
def test_the_portfolio_of_who_sees_all(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    dora = signed_in("dora")
    dora.get("/service/")
    with django_assert_max_num_queries(15):
        response = dora.get("/service/")
    told = plain(response)
    for said in ("50%", "By kind of complaint", "By severity", "Delivery", "Time to the solution",
                 "What each has in hand", "asked 2 times after a solved complaint"):  # fmt: skip
        assert said in told, said
    assert response.content.decode().count('<svg viewBox="0 0 960') == 3
    file = dora.get("/service/groups.csv").content.decode("utf-8-sig")
    assert ",All accounts," in file
    assert "all," not in file
    assert "Nothing is to be mended here." in plain(dora.get("/service/?size=small"))


@pytest.mark.usefixtures("measured")
def test_managers_see_their_own_accounts_and_what_they_have_in_hand(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    told = plain(minsu.get("/service/"))
    assert "Harbour Hardware Ltd" in told
    assert "한빛산업" not in told
    assert "By severity" not in told
    assert minsu.get("/service/groups.csv").status_code == 404
    assert minsu.get("/account/A103/service/").status_code == 404
    assert minsu.get("/account/A103/service.csv").status_code == 404
    files = [
        minsu.get(f"/service/{t}.csv").content.decode("utf-8-sig") for t in ("accounts", "load")
    ]
    assert "A103" not in files[0]
    # Their own load, and nobody else's; the director sees all, and nobody else does.
    assert [line.split(",")[0] for line in files[1].splitlines()[1:]] == ["S1"]
    loads = {who: signed_in(who).get("/service/load.csv").content.decode("utf-8-sig").splitlines()
             for who in ("dora", "ana", "ada")}  # fmt: skip
    assert {who: len(lines) - 1 for who, lines in loads.items()} == {"dora": 2, "ana": 0, "ada": 0}
    assert "What each has in hand" not in plain(signed_in("ana").get("/service/"))


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("table", ["accounts", "groups", "load"])
def test_every_table_is_a_file(signed_in: Any, table: str) -> None:
    dora = signed_in("dora")
    assert dora.get(f"/service/{table}.xlsx").content[:2] == b"PK"
    assert len(dora.get(f"/service/{table}.csv").content.decode("utf-8-sig").splitlines()) > 1
    assert dora.get(f"/service/{table}.pdf").status_code == 404


@pytest.mark.usefixtures("own_store", "published")
def test_where_nothing_was_measured(signed_in: Any) -> None:
    for address in ("/service/", "/account/A100/service/"):
        assert 'href="/complaints/"' in signed_in("dora").get(address).content.decode()
    assert signed_in("dora").get("/account/A100/service.csv").status_code == 404
