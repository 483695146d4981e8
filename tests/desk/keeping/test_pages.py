"""What keeping is worth and who is new, as people see them."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kept import judged, measured, orders
from seen import AS_OF, ago

from mainstay.core.settings import Settings
from mainstay.desk.accounts.models import latest_id
from mainstay.desk.keeping.models import YOUNG, Newcomer
from mainstay.desk.keeping.publishing import show_newcomers
from mainstay.engine.keeping import KEEPING, used_settings
from mainstay.engine.standing import standings

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
STAYED, WENT = 30, 12


@lru_cache
def company() -> dict[str, Any]:
    """Thirty that were there when the data begin, ten that are new and stay, twelve that bought little at first and
    went after half a year, three that went half a year ago; and of the cast: A100 (Minsu's) that begins like those, A103 (Wei's) that does not, 00123
    (Minsu's) that is four weeks old."""
    lines, accounts = [], []

    def add(code: str, some: list[dict[str, Any]], p_alive: float) -> None:
        lines.extend(some)
        accounts.append(judged(code, p_alive, segment="dealer" if len(accounts) % 2 else "factory"))

    for n in range(STAYED):
        add(f"B{n:02}", orders(f"B{n:02}", 1090 - n % 5, 1, 200.0), 1.0)
    for n in range(10):
        add(f"S{n:02}", orders(f"S{n:02}", 880 - n, 1, 50.0 + n), 1.0)
    for n in range(WENT):
        add(f"W{n:02}", orders(f"W{n:02}", 860 - n, 640, 30.0 + n, every=30 + n % 3), 0.0)
    for n in range(3):
        add(f"G{n:02}", orders(f"G{n:02}", 1090, 150, 200.0), 0.0)
    add("A100", orders("A100", 200, 1, 40.0, every=60), 0.6)
    add("A103", orders("A103", 300, 1, 300.0), 1.0)
    add("00123", orders("00123", 28, 1, 100.0), 0.9)
    told = [
        {"account_id": "A100", "name": "A", "former_supplier": "Rival <i>& Sons</i>"},
        {"account_id": "S00", "name": "S", "acquisition_cost": 80.0},
    ]
    asked = {"review_id": "R1", "account_id": "A100", "opened_on": ago(30), "kind": "new",
             "former_supplier_reason": "delivery.late"}  # fmt: skip
    return measured({"order_lines": lines, "accounts": told, "reviews": [asked]}, accounts)


def keep(store: Any, found: dict[str, Any]) -> None:
    folder = standings(store)
    if latest_id() in folder.ids():
        folder.delete(latest_id())
    documents = {"meta": {"as_of": str(AS_OF)}, KEEPING: used_settings(Settings())}
    folder.save(latest_id(), found, documents)
    show_newcomers(store, latest_id())
    cache.clear()


@pytest.fixture(autouse=True)
def _kept(own_store: None, settings: Any, published: Any) -> None:
    keep(settings.HOME.store, company())


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", response.content.decode())


def listed(client: Any, query: str = "") -> list[str]:
    return re.findall(r'class="who"><a href="/account/([^"]+)/', text(client.get(f"/newcomers/{query}")))  # fmt: skip


def cells(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_what_a_point_is_worth_is_said_first_with_its_interval(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/keeping/"))
    assert re.search(r"One point of retention a year is worth \S+ over 5 years: \S+ to \S+\.", page)
    assert "of margin a year leaves within the next twelve months" in page
    assert "No order in 365 days" in page
    assert "is doubt about who is gone" in page
    assert "are settings: worth_years, discount_share." in page
    assert 'lang="ko">한국어</option>' in page


def test_what_is_not_known_is_said_with_the_column_that_would_tell_it(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/keeping/"))
    assert "The column “Cost of winning it” of accounts tells it, of ten accounts or more." in page
    assert "/known/accounts/" in page


def test_curves_are_chosen_and_six_at_most(signed_in: Any) -> None:
    dora = signed_in("dora")
    whole, segments = text(dora.get("/keeping/")), text(dora.get("/keeping/?by=segment"))
    assert (
        whole.count('class="line plain"') == 2 * 2
    )  # the line and its word, on a wide and a narrow screen
    assert {"dealer", "factory"} <= set(re.findall(r'name="of" value="([^"]*)" checked', segments))
    one = text(dora.get("/keeping/?by=segment&of=dealer"))
    assert re.findall(r'name="of" value="([^"]*)" checked', one) == ["dealer"]
    assert 'class="line plain"' in one  # one alone has the plain rule beside it
    assert "After 24 months" in text(dora.get("/keeping/?by=nonsense&of=x"))


def test_sums_are_told_to_those_who_see_all_accounts(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    page = text(minsu.get("/keeping/"))
    assert "told to those who see all of them" in page
    assert "One point of retention a year" not in page
    for table in ("worth", "retention", "groups", "ages", "sources", "growth", "signs"):
        assert minsu.get(f"/keeping/{table}/download.csv").status_code == 404, table
    assert "told to those who see all of them" in text(minsu.get("/keeping.pdf", follow=True))
    assert "What became of new accounts" not in text(minsu.get("/newcomers/"))


def test_who_is_like_those_that_went_comes_first_and_own_accounts_only(signed_in: Any) -> None:
    assert listed(signed_in("dora")) == ["A100", "A103", "00123"]
    assert listed(signed_in("minsu")) == ["A100", "00123"]
    assert listed(signed_in("wei")) == ["A103"]
    assert listed(signed_in("nobody")) == []
    dora = signed_in("dora")
    assert listed(dora, "?show=like") == ["A100"]
    assert listed(dora, "?show=young") == ["00123"]
    assert listed(dora, "?manager=S2") == ["A103"]
    assert listed(dora, "?manager=nobody-of-ours") == listed(dora)
    page = text(dora.get("/newcomers/"))
    assert "came from Rival &lt;i&gt;&amp; Sons&lt;/i&gt;: It delivered late or too little" in page
    assert "of those that went" in page
    assert "like those that stayed" in page
    assert Newcomer.objects.get(account_id="00123").like == YOUNG


def test_where_new_accounts_come_from_and_what_tells_who_stays(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/newcomers/"))
    assert "Why they left it" in page
    assert "Nobody wrote down who sent new accounts." in page
    signs = cells(signed_in("dora").get("/keeping/signs/download.csv"))
    orders_of = next(row for row in signs if row["Sign"] == "Order days")
    assert float(orders_of["Low"]) > 0
    sources = cells(signed_in("dora").get("/keeping/sources/download.csv"))
    assert {"By": "Why they left it", "Name": "It delivered late or too little", "Accounts": "1"}.items() <= next(
        row for row in sources if row["By"] == "Why they left it"
    ).items()  # fmt: skip


def test_files_hold_what_the_reader_sees(signed_in: Any) -> None:
    rows = cells(signed_in("minsu").get("/keeping/newcomers/download.csv"))
    assert [row["Account code"] for row in rows] == ["A100", "00123"]
    worth = cells(signed_in("dora").get("/keeping/worth/download.csv"))
    assert worth[0]["Figure"] == "Retention of a year"
    assert signed_in("dora").get("/keeping/worth/download.xlsx").status_code == 200
    assert signed_in("dora").get("/keeping/secret/download.csv").status_code == 404


@pytest.mark.parametrize("language", ["", "en", "zh-hant", "zh-hans", "ko", "<b>"])
def test_the_board_gets_a_document(signed_in: Any, language: str) -> None:
    response = signed_in("dora").get(f"/keeping.pdf?lang={language}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "lines",
    [
        orders("A100", 5, 5),
        [line for n in range(15) for line in orders(f"A{n}", 20, 2)],
        orders("A100", 900, 880) + orders("B", 1, 1),
    ],
    ids=["one order", "all new", "two accounts"],
)
def test_few_and_new_accounts_are_told_as_what_they_are(
    lines: list[dict[str, Any]], signed_in: Any, settings: Any
) -> None:
    accounts = [judged(a) for a in sorted({line["account_id"] for line in lines})]
    keep(settings.HOME.store, measured({"order_lines": lines}, accounts))
    dora = signed_in("dora")
    page = text(dora.get("/keeping/"))
    assert "What one point of retention is worth is not known yet." in page
    assert "Not known" in page
    for by in ("size", "segment", "cohort", "age"):
        text(dora.get(f"/keeping/?by={by}"))
    text(dora.get("/newcomers/"))
    assert dora.get("/keeping.pdf").status_code == 200


def test_without_history_nothing_is_told(signed_in: Any, settings: Any) -> None:
    keep(settings.HOME.store, {})
    dora = signed_in("dora")
    assert "there was no order before its date" in text(dora.get("/keeping/"))
    assert "there was no order before its date" in text(dora.get("/newcomers/"))
    assert "there was no order before its date" in text(dora.get("/keeping.pdf", follow=True))


def test_what_was_frozen_before_signs_were_told_of_accounts_shows_no_list(
    signed_in: Any, settings: Any
) -> None:
    old = dict(company())
    old["newcomers"] = old["newcomers"].drop_columns(["like_gone", "early_until", "left_because"])
    keep(settings.HOME.store, old)
    assert listed(signed_in("dora")) == []


def test_pages_ask_the_database_little(signed_in: Any) -> None:
    dora = signed_in("dora")
    for url in ("/keeping/", "/newcomers/"):
        text(dora.get(url))
        with CaptureQueriesContext(connection) as asked:
            text(dora.get(url))
        assert len(asked) <= 15, url
