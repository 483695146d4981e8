"""Requests answered in place, promises kept in time or not, rebates from what was agreed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.rebate_rule import parse, periods
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts import words as account_words
from mainstay.desk.care.models import Agreement, Promise, Request
from mainstay.desk.care.rebates import Sold, owed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = timezone.localdate()


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.content.decode()))


def ask(client: Client, text: str, due: str, account: str = "A100", **values: str) -> None:
    given = {"raised_on": day(-40), "text": text, "answer_due_on": due, "once": text}
    client.post(f"/known/requests/add/?account={account}", {**given, **values})


def promise(client: Client, text: str, due: str, account: str = "A100", **values: str) -> Promise:
    given = {"made_on": day(-40), "text": text, "due_on": due, "kind": "reward", "once": text}
    client.post(f"/known/promises/add/?account={account}", {**given, **values})
    return Promise.objects.get(text=text)


def test_requests_stand_by_the_day_on_which_an_answer_is_due(minsu: Client) -> None:
    ask(minsu, "Later", day(9))
    ask(minsu, "Someday", "")
    ask(minsu, "Overdue <i>", day(-3), owner_id="S1")
    page = plain(minsu.get("/requests/"))
    assert page.index("Overdue &lt;i&gt;") < page.index("Later") < page.index("Someday")
    assert "3 days overdue" in page
    assert "1 overdue" in page
    mine = plain(minsu.get("/requests/?whose=mine"))
    assert "Overdue &lt;i&gt;" in mine
    assert "Later" not in mine


def test_a_request_is_answered_where_it_stands(minsu: Client, signed_in: Any) -> None:
    ask(minsu, "A longer hose", day(-3))
    found = Request.objects.get()
    address = f"/requests/{found.pk}/answer/"
    told = {"answered_on": day(0), "outcome": "Made to measure", "seen": 1}
    assert signed_in("wei").post(address, told).status_code == 404
    early = minsu.post(address, {**told, "answered_on": day(-90)})
    assert early.status_code == 422
    assert "before the day on which it begins" in early.content.decode()
    assert "Made to measure" in early.content.decode()
    answer = minsu.post(address, {**told, "next": "/requests/?whose=mine"})
    assert answer.headers["Location"] == "/requests/?whose=mine"
    assert (
        minsu.post(address, {**told, "next": "https://evil.example/"}).headers["Location"]
        == "/requests/"
    )
    page = plain(minsu.get("/requests/"))
    assert "No request waits" in page
    assert "Made to measure" in page
    assert "late" in page


def test_two_who_answer_at_once(minsu: Client, dora: Client) -> None:
    ask(minsu, "A longer hose", day(3))
    address = f"/requests/{Request.objects.get().pk}/answer/"
    dora.post(address, {"answered_on": day(0), "outcome": "by Dora", "seen": 1})
    page = minsu.post(address, {"answered_on": day(0), "outcome": "mine", "seen": 1}, follow=True)
    assert "Dora Lin changed this meanwhile" in page.content.decode()
    assert Request.objects.get().outcome == "by Dora"


@pytest.mark.parametrize(
    ("due", "given", "said"),
    [
        (3, "500", "Kept in time"),
        (-3, "500", "Kept late"),
        (3, "499.99", "Kept short"),
        (-3, "1", "Kept late and short"),
        (3, "", "Kept in time"),
    ],
)
def test_a_promise_is_kept_in_time_late_or_short(
    minsu: Client, due: int, given: str, said: str
) -> None:
    made = promise(minsu, "Spring reward", day(due), amount="500")
    minsu.post(f"/promises/{made.pk}/keep/", {"kept_on": day(0), "kept_amount": given, "seen": 1})
    page = plain(minsu.get("/promises/"))
    assert re.search(rf"[✓▲] {said} ", page)
    assert "Every promise is kept" in page


def test_an_overdue_promise_stands_on_the_account_until_it_is_kept(minsu: Client) -> None:
    late = promise(minsu, "Overdue reward", day(-5), amount="250")
    promise(minsu, "Later reward", day(5))
    assert (
        'name="kept_amount" inputmode="decimal" value="250"'
        in minsu.get("/promises/").content.decode()
    )
    page = plain(minsu.get("/account/A100/"))
    assert page.index("Overdue reward") < page.index("At risk over the next 52 weeks")
    assert "Later reward" not in page
    wrong = minsu.post(f"/promises/{late.pk}/keep/", {"kept_on": day(-90), "seen": 1})
    assert wrong.status_code == 422
    answer = minsu.post(
        f"/promises/{late.pk}/keep/",
        {"kept_on": day(0), "kept_amount": "250", "seen": 1, "next": "/account/A100/"},
    )
    assert answer.headers["Location"] == "/account/A100/"
    assert "Overdue reward" not in plain(minsu.get("/account/A100/"))


def test_what_was_refused_is_shown_where_its_page_is_another(minsu: Client) -> None:
    for n in range(51):
        promise(minsu, f"Promise {n:02}", day(n))
    last = Promise.objects.get(text="Promise 50")
    address = f"/promises/{last.pk}/keep/?page=1"
    page = plain(minsu.post(address, {"kept_on": day(-90), "kept_amount": "12", "seen": 1}))
    assert "Promise 50" in page
    assert "before the day on which it begins" in page


def test_nothing_is_answered_or_kept_on_a_day_to_come(minsu: Client) -> None:
    ask(minsu, "A longer hose", day(9))
    made = promise(minsu, "Rebate", day(9))
    addresses = {
        f"/promises/{made.pk}/keep/": {"kept_on": day(60), "seen": "1"},
        f"/requests/{Request.objects.get().pk}/answer/": {"answered_on": day(60), "seen": "1"},
        "/known/promises/add/?account=A100": {
            "made_on": day(-1),
            "due_on": day(9),
            "kept_on": day(60),
        },
        "/known/complaints/add/?account=A100": {
            "opened_at": f"{day(-1)}T08:00",
            "kind": "quality",
            "first_answer_at": f"{day(60)}T08:00",
        },
    }
    for address, said in addresses.items():
        page = minsu.post(address, said)
        assert page.status_code == 422, address
        assert "has not happened yet" in page.content.decode(), address
    assert not Promise.objects.exclude(kept_on=None).exists()


def test_nobody_keeps_promises_of_others(minsu: Client, signed_in: Any) -> None:
    made = promise(minsu, "Reward", day(5))
    wei = signed_in("wei")
    assert wei.post(f"/promises/{made.pk}/keep/", {"kept_on": day(0), "seen": 1}).status_code == 404
    assert "Reward" not in plain(wei.get("/promises/"))


def test_the_tabs_count_what_is_open(minsu: Client, signed_in: Any) -> None:
    promise(minsu, "Reward", day(5))
    ask(minsu, "A longer hose", day(3))
    for username, said in (("minsu", "Requests 1 Promises 1"), ("wei", "Requests 0 Promises 0")):
        assert f"Visits 0 {said}" in plain(signed_in(username).get("/visits/"))


# Rebates


@pytest.mark.parametrize(
    ("rule", "sales", "rebate"),
    [
        ("year: 2% from 100000, 3% from 250000", "99999.99", "0"),
        ("year: 2% from 100000, 3% from 250000", "100000", "2000"),
        ("year: 2% from 100000, 3% from 250000", "300000", "9000"),
        ("YEAR : 2% above 100 000, 3% above 250'000", "300000", "4500"),
        ("quarter product P 1: 1.5%", "1000.33", "15.00"),
        ("month: 1%", "-500", "0"),
    ],
)
def test_a_rule_says_what_is_owed(rule: str, sales: str, rebate: str) -> None:
    (part,) = parse(rule)
    assert part.owed(Decimal(sales)) == Decimal(rebate)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("2% from 100000", "begin with month, quarter"),
        ("week: 2%", "begin with month, quarter"),
        ("year: two percent", "no step of a rebate"),
        ("year: 2% from 100,000", "no step of a rebate"),
        ("year: 120%", "can't be 120%"),
        ("year: 0%", "can't be 0%"),
        ("year: 2% from 100, 3% above 200", "both “from” and “above”"),
        ("year: 2% from 200, 3% from 100", "must rise"),
        (" ; ", "says nothing"),
        ("year: " + "9" * 5000, "no step of a rebate"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(rule: str, said: str, minsu: Client) -> None:
    with pytest.raises(MainstayError, match=said):
        parse(rule)
    if len(rule) < 4000 and rule.strip(" ;"):
        answer = minsu.post(
            "/known/agreements/add/?account=A100", {"from_on": day(-9), "rebate_rule": rule}
        )
        assert answer.status_code == 422
        assert said in answer.content.decode().replace("&#x27;", "'")
        assert not Agreement.objects.exists()


def test_periods_are_those_of_the_calendar_cut_to_the_agreement() -> None:
    (part,) = parse("quarter: 1%")
    found = [(p.first, p.last) for p in periods(part, date(2025, 2, 10), date(2025, 8, 1))]
    assert found == [
        (date(2025, 2, 10), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2025, 8, 1)),
    ]


def lines(*rows: tuple[str, str, str, str | None]) -> Any:
    """day, amount, kind, currency"""
    made = [
        {"account_id": "A100", "ordered_on": date.fromisoformat(on), "amount": amount,
         "kind": kind, "currency": currency, "product_id": "P1", "category": "Pumps"}
        for on, amount, kind, currency in rows
    ]  # fmt: skip
    return engine.Ledger.from_tables(
        order_lines=pa.Table.from_pylist(made), reporting_currency="EUR"
    )


def test_rebates_count_sales_less_returns_in_the_agreements_currency() -> None:
    ledger = lines(
        ("2025-01-15", "1000", "sale", "EUR"),
        ("2025-03-31", "500", "sale", None),
        ("2025-03-31", "-100", "return", "EUR"),
        ("2025-03-31", "-50", "credit", "EUR"),
        ("2025-03-31", "80", "fee", "EUR"),
        ("2025-03-31", "900", "sale", "USD"),
        ("2025-04-01", "200", "sale", "EUR"),
    )
    table = engine.account_lines(ledger, ["A100"])
    agreement = Agreement(
        agreement_id="G1",
        from_on=date(2024, 10, 1),
        rebate_rule="quarter: 10%; year product P1: 1%",
    )
    found, wrong = owed([agreement], Sold("A100", table, "EUR"), date(2025, 4, 10))
    assert wrong == []
    told = [(o.part.period, o.period.last, o.sales, o.amount, o.ended, o.other) for o in found]
    assert told == [
        ("year", date(2025, 12, 31), Decimal(1550), Decimal("15.50"), False, ("USD",)),
        ("quarter", date(2025, 6, 30), Decimal(200), Decimal(20), False, ("USD",)),
        ("quarter", date(2025, 3, 31), Decimal(1350), Decimal(135), True, ("USD",)),
    ]


def test_rebates_of_years_long_past_are_not_proposed_and_the_page_says_so(
    minsu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = lines(("2020-05-05", "2000", "sale", "EUR"))
    monkeypatch.setattr(evidence, "ledger", lambda: ledger)
    said = "are not proposed any more; what is still owed of them is written down as a promise"
    address = "/known/agreements/add/?account=A100"
    minsu.post(address, {"from_on": day(-30), "rebate_rule": "month: 1%", "once": "a"})
    assert said not in plain(minsu.get("/account/A100/terms/"))
    minsu.post(address, {"from_on": "2019-01-01", "rebate_rule": "year: 2%", "once": "b"})
    page = plain(minsu.get("/account/A100/terms/"))
    first = account_words.day(TODAY - timedelta(days=732))
    assert f"Periods that ended before {first} {said}" in page
    assert "€40.00" not in page


def test_the_same_agreement_from_two_forms_is_one(
    minsu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one doubled the rebates that were proposed."""
    monkeypatch.setattr(
        evidence, "ledger", lambda: lines((f"{TODAY.year - 1}-05-05", "2000", "sale", "EUR"))
    )
    address = "/known/agreements/add/?account=A100"
    agreed = {"from_on": f"{TODAY.year - 1}-01-01", "rebate_rule": "year: 2% from 1000"}
    assert minsu.post(address, {**agreed, "once": "a"}).status_code == 302
    again = minsu.post(address, {**agreed, "rebate_rule": "Year:  2% from 1000", "once": "b"})
    assert "written down already" in again.content.decode()
    assert plain(minsu.get("/account/A100/terms/")).count("€40.00") == 1
    for once, other in (("c", {"rebate_rule": "month: 1%"}), ("d", {"from_on": day(-30)})):
        assert minsu.post(address, {**agreed, **other, "once": once}).status_code == 302
    assert Agreement.objects.count() == 3
    late = Agreement.objects.get(from_on=day(-30))
    changed = minsu.post(f"/known/agreements/{late.pk}/", {**agreed, "seen": 1})
    assert "such a row already" in changed.content.decode()


def test_the_same_request_from_two_forms_is_one(minsu: Client) -> None:
    address = "/known/requests/add/?account=A100"
    asked = {"raised_on": day(-3), "text": "A longer hose"}
    for once, text in (("a", "A longer hose"), ("b", "a longer hose "), ("c", "A shorter hose")):
        page = minsu.post(address, {**asked, "text": text, "once": once})
        assert ("written down already" in page.content.decode()) == (once == "b")
    assert Request.objects.count() == 2


def test_a_rebate_that_is_owed_is_promised_by_a_click(
    minsu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_year = TODAY.year - 1
    ledger = lines((f"{last_year}-05-05", "2000", "sale", "EUR"))
    monkeypatch.setattr(evidence, "ledger", lambda: ledger)
    for rule in ("year: 2% from 1000", "year: 5% from 90000"):
        minsu.post(
            "/known/agreements/add/?account=A100",
            {"from_on": f"{last_year}-01-01", "rebate_rule": rule, "once": rule},
        )
    page = minsu.get("/account/A100/terms/")
    assert "€40.00" in plain(page)
    (name,) = re.findall(r'name="promise_id" value="([^"]+)"', page.content.decode())
    address = "/account/A100/terms/rebate/"
    for _ in range(2):  # the second tap is told so
        answer = minsu.post(
            address, {"promise_id": name, "due_on": f"{TODAY.year}-01-30"}, follow=True
        )
    assert "written down already" in answer.content.decode()
    made = Promise.objects.get()
    assert (made.kind, made.amount, made.due_on) == ("rebate", 40, date(TODAY.year, 1, 30))
    agreed = date(last_year, 1, 1)
    assert made.made_on == agreed  # that is when it was promised, and the text says so
    assert made.text.startswith("Rebate for")
    assert f", promised with the agreement of {account_words.day(agreed)}: " in made.text
    listed = plain(minsu.get("/promises/"))
    assert f"promised on {account_words.day(agreed)}" in listed
    assert minsu.get(f"/known/promises/{made.pk}/").status_code == 200
    assert "✓ Promised" in plain(minsu.get("/account/A100/terms/"))
    refused = minsu.post(address, {"promise_id": "made up", "due_on": day(3)}, follow=True)
    assert "not owed" in refused.content.decode()


@pytest.mark.parametrize("years", [3, 30])
def test_the_rebate_of_an_old_agreement_can_be_changed(
    minsu: Client, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """A promise of 30 years ago is refused by its form, and by every file."""
    last = TODAY.year - 1
    monkeypatch.setattr(evidence, "ledger", lambda: lines((f"{last}-05-05", "2000", "sale", "EUR")))
    agreed = {"from_on": f"{TODAY.year - years}-01-01", "rebate_rule": "year: 2%", "once": "a"}
    minsu.post("/known/agreements/add/?account=A100", agreed)
    page = minsu.get("/account/A100/terms/").content.decode()
    (name,) = re.findall(r'name="promise_id" value="([^"]+)"', page)
    minsu.post("/account/A100/terms/rebate/", {"promise_id": name, "due_on": f"{TODAY.year}-01-30"})
    made = Promise.objects.get()
    assert made.made_on == date(last if years == 30 else TODAY.year - years, 1, 1)
    form = {"made_on": made.made_on.isoformat(), "due_on": day(9), "seen": 1, "once": "b"}
    assert minsu.post(f"/known/promises/{made.pk}/", form).status_code == 302


def test_a_rule_from_a_file_that_cannot_be_read_is_said(dora: Client, people: Any) -> None:
    Agreement.objects.create(
        agreement_id="G", key="g", account_id=None, segment="dealers", from_on=date(2025, 1, 1),
        rebate_rule="2 percent", recorded_at=timezone.now(),
    )  # fmt: skip
    page = plain(dora.get("/account/A100/terms/"))
    assert "“2 percent” is no rebate" in page
    assert "all of dealers" in page
    assert "2 percent" not in plain(dora.get("/account/A101/terms/"))


def test_incentives_show_what_was_given_in_return(minsu: Client, dora: Client) -> None:
    for n, (account, back) in enumerate((("A100", "Two new ranges"), ("A101", ""))):
        minsu.post(
            f"/known/incentives/add/?account={account}",
            {"kind": "discount", "from_on": day(-9), "owner_id": "S1", "budget": "900",
             "spent": "120", "in_return_for": back, "once": str(n)},
        )  # fmt: skip
    page = plain(dora.get("/incentives/"))
    assert "In return: Two new ranges" in page
    assert "▲ Nothing in return" in page
    without = plain(dora.get("/incentives/?show=without"))
    assert "林氏五金行" in without
    assert "Harbour" not in without
    assert "In return: Two new ranges" in plain(minsu.get("/account/A100/terms/"))
