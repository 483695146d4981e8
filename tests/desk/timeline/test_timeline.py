"""An account's timeline: all that is known, month by month, for those who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from mainstay import engine
from mainstay.desk.accounts import evidence
from mainstay.desk.care.models import Complaint, Notice, Promise, Request, Visit
from mainstay.desk.facts.models import CompanyEvent
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Sighting
from mainstay.desk.team.models import Assignment, Staff
from mainstay.desk.timeline import machines, pdf, queries, words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ALL = frozenset(words.FAMILIES)
UNTIL = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def _orders(own_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written down reaches a store of the test's own, with some order days beside it."""
    orders = [engine.OrderDay(date(2026, 1, day), 1000.0) for day in (5, 12)]
    told = evidence.Story(SimpleNamespace(order_days=orders))
    monkeypatch.setattr(evidence, "story", lambda *_: told)
    monkeypatch.setattr(engine, "price_changes", lambda *_: [])


@pytest.fixture
def lived(people: Any, published: Any) -> Any:
    """A year of A100, as people wrote it down."""
    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S1", name="김민수"))
        book.add(
            Assignment(account_id="A100", staff_id="S1", role="manager", from_on=date(2025, 6, 1))
        )
        book.add(
            CompanyEvent(event_id="E1", on=date(2026, 2, 1), kind="price_rise", text="+5% on pumps")
        )
    with entry(people["minsu"]) as book:
        book.add(
            Contact(contact_id="K1", account_id="A100", name="陳美玲", left_on=date(2026, 2, 20))
        )
        book.add(
            Visit(
                visit_id="V1",
                account_id="A100",
                on=date(2026, 1, 20),
                staff_id="S1",
                contacts="K1;K9",
                notes="Worried about <prices>",
                kind="visit",
            )
        )
        book.add(
            Request(
                request_id="R1",
                account_id="A100",
                raised_on=date(2026, 1, 20),
                text="A smaller pump",
                answered_on=date(2026, 2, 2),
                outcome="Sample sent",
            )
        )
        book.add(
            Complaint(
                complaint_id="C1",
                account_id="A100",
                opened_at=datetime(2026, 1, 8, 9, tzinfo=UTC),
                kind="quality",
                severity=2,
                text="Leaks",
                solved_at=datetime(2026, 1, 30, 9, tzinfo=UTC),
            )
        )
        book.add(
            Promise(
                promise_id="P1",
                account_id="A100",
                made_on=date(2026, 1, 20),
                due_on=date(2026, 3, 15),
                kind="rebate",
                text="2% of the year",
            )
        )
        book.add(
            Notice(account_id="A100", on=date(2026, 2, 25), kind="will_reduce", by_contact_id="K1")
        )
        book.add(
            Sighting(
                sighting_id="G1",
                account_id="A100",
                on=date(2026, 2, 10),
                competitor="Rival",
                what="price",
                source="contact",
            )
        )
    return published.accounts if hasattr(published, "accounts") else published  # fmt: skip


def account_of(user: Any) -> Any:
    from mainstay.desk.accounts.queries import Sight, one_account

    return one_account(Sight.of(user), "A100")


def of(user: Any, **options: Any) -> queries.Timeline:
    families = options.pop("families", ALL)
    return queries.timeline(account_of(user), families, until=UNTIL, **options)


def test_everything_that_is_known_is_there_in_its_month(lived: Any, people: Any) -> None:
    found = of(people["minsu"])
    by_month = {m.first: [x.title for x in m.moments] for m in found.months}
    assert by_month[date(2026, 3, 1)] == ["Promise due"]
    assert set(by_month[date(2026, 2, 1)]) >= {
        "They told us", "Contact left", "Competitor seen", "Request answered", "At our company",
    }  # fmt: skip
    assert set(by_month[date(2026, 1, 1)]) >= {
        "Visit", "Request raised", "Complaint opened", "Complaint solved", "Promise made",
    }  # fmt: skip
    january = next(m for m in found.months if m.first == date(2026, 1, 1))
    assert (january.orders, january.amount) == (2, 2000.0)
    visit = next(m for m in january.moments if m.title == "Visit")
    assert (visit.kind, visit.people) == ("We visited them", "김민수, 陳美玲, K9")
    assert by_month[date(2025, 6, 1)] == ["Looks after them from now on"]
    assert found.older is None


def test_a_page_has_so_many_months_and_says_that_there_is_more(lived: Any, people: Any) -> None:
    found = of(people["minsu"], months=2)
    assert [m.first for m in found.months][-1] >= date(2026, 2, 1)
    assert found.older == date(2026, 1, 31)
    only = of(people["minsu"], families=frozenset({"visits"}))
    assert [x.title for m in only.months for x in m.moments] == ["Visit"]
    assert all(m.orders is None for m in only.months)


def test_the_page_and_its_part_for_those_who_may_see_it(lived: Any, signed_in: Any) -> None:
    client: Client = signed_in("minsu")
    page = client.get("/account/A100/timeline/?until=2026-03-31").content.decode()
    for text in ("Worried about &lt;prices&gt;", "陳美玲", "They will buy less", "2 orders"):
        assert text in page
    part = client.get(
        "/account/A100/timeline/?part=few&until=2026-03-31", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Worried" in part
    assert "<html" not in part
    some = client.get("/account/A100/timeline/?show=complaints&until=2026-03-31").content.decode()
    assert "Leaks" in some
    assert "Worried" not in some
    assert signed_in("wei").get("/account/A100/timeline/").status_code == 404
    assert signed_in("wei").get("/account/A100/timeline.pdf").status_code == 404


def test_a_page_asks_few_questions(
    lived: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client: Client = signed_in("minsu")
    with django_assert_max_num_queries(15):
        client.get("/account/A100/timeline/?until=2026-03-31")


def test_it_prints(lived: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Client = signed_in("minsu")
    answer = client.get("/account/A100/timeline.pdf", headers={"accept-language": "zh-hant"})
    if pdf.FONTS["zh-hant"] in pdf._fonts():
        assert answer.content.startswith(b"%PDF")
        assert len(answer.content) > 5_000
    monkeypatch.setattr(pdf, "_fonts", lambda: frozenset({"DejaVu Sans"}))
    answer = client.get("/account/A100/timeline.pdf")
    assert answer.status_code == 500
    assert "fonts Noto CJK" in answer.content.decode()


def test_prices_are_one_moment_a_month(
    lived: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [
        engine.PriceChange(date(2026, 1, 1 + n), f"P{n}", 10.0, 10.0 + (n - 1) * 0.5, "EUR")
        for n in range(8)
        if n != 1
    ]
    monkeypatch.setattr(engine, "price_changes", lambda *_: changes)
    found = of(people["minsu"], families=frozenset({"terms"}))
    (moment,) = [x for m in found.months for x in m.moments if x.title == "Prices changed"]
    assert (moment.on, moment.kind) == (date(2026, 1, 8), "6 dearer, 1 cheaper")
    assert moment.text.startswith("P7 ")
    assert moment.text.count("→") == 3


def test_a_part_ends_with_the_month_in_which_there_are_enough(lived: Any, people: Any) -> None:
    found = of(people["minsu"], most=3)
    assert [m.first for m in found.months] == [date(2026, 3, 1), date(2026, 2, 1)]
    assert found.older == date(2026, 1, 31)


@pytest.mark.parametrize("most", [2, 9])
def test_an_account_with_thousands_of_facts_is_shown_in_whole_months(
    lived: Any, people: Any, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(queries, "MOST", most)
    until, seen = UNTIL, []
    whole = [(m.first, len(m.moments)) for m in of(people["minsu"], months=None).months]
    for _ in range(9):
        page = queries.timeline(account_of(people["minsu"]), ALL, until=until)
        seen += [(m.first, len(m.moments)) for m in page.months]
        if page.older is None:
            break
        until = page.older
    assert seen == whole


def test_what_happened_elsewhere_at_our_company_is_not_theirs(
    lived: Any, people: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A100 is in the north."""
    monkeypatch.setattr(evidence, "ledger", lambda: engine.open_ledger(settings.HOME))
    rows = [{"account_id": code, "name": code, "region": code} for code in ("north", "south")]
    engine.record_facts(settings.HOME, {"accounts": rows}, datetime(2026, 1, 1, tzinfo=UTC))
    with entry(people["ada"]) as book:
        for n, scope in enumerate(("region: south", "region: north", "no place we know", None)):
            book.add(
                CompanyEvent(
                    event_id=f"S{n}", on=date(2026, 2, 3 + n), kind="accident", scope=scope
                )
            )
    company = frozenset({"company"})
    days = [x.on.day for m in of(people["minsu"], families=company).months for x in m.moments]
    assert days == [6, 5, 4, 1]


def test_deliveries_payments_and_credit_holds_where_they_are_asked_for(
    lived: Any, people: Any, signed_in: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 2, 10)
    told = engine.Ledger.from_tables(
        order_lines=pa.table({"account_id": ["A100"], "ordered_on": [day], "amount": [1.0]}),
        deliveries=pa.table(
            {
                "delivery_id": ["D1", "D2", "D3", "D4"],
                "account_id": ["A100", "A100", "A100", "A103"],
                "promised_on": [date(2026, 2, 3), day, day, day],
                "delivered_on": pa.array([day, day, None, day], pa.date32()),
                "quantity_ordered": [2.0, 2.0, 2.0, 2.0],
                "quantity_delivered": [2.0, 1.0, 0.0, 2.0],
            }
        ),
        payments=pa.table(
            {
                "account_id": ["A100"] * 3,
                "due_on": [date(2026, 2, 1), date(2026, 2, 3), date(2026, 2, 3)],
                "paid_on": [date(2026, 2, 4)] * 3,
                "amount": [10.0, 2.5, 4.0],
                "currency": [None, None, "USD"],
            }
        ),
        credit_holds=pa.table(
            {
                "account_id": ["A100"],
                "from": [date(2026, 2, 5)],
                "to": [date(2026, 2, 6)],
                "reason": ["<over> the limit"],
            }
        ),
    )
    monkeypatch.setattr(evidence, "ledger", lambda: told)
    asked = of(people["minsu"], families=frozenset({"deliveries", "books"}))
    assert [(m.on.day, m.title, m.kind, m.text) for x in asked.months for m in x.moments] == [
        (10, "Deliveries", "2 came, 1 late, 1 short, 1 promised for that day", ""),
        (6, "We held their credit no more", "", "<over> the limit"),
        (5, "We held their credit", "", "<over> the limit"),
        (4, "They paid", "3 days after the day due", "12.50 + $4.00"),
    ]
    client = signed_in("minsu")
    page = client.get("/account/A100/timeline/?show=deliveries&show=books&until=2026-03-31")
    said = page.content.decode()
    assert "&lt;over&gt; the limit" in said
    assert 'href="/account/A100/rows/payments/?row=' in said
    assert (
        "They paid" not in client.get("/account/A100/timeline/?until=2026-03-31").content.decode()
    )
    href = asked.months[0].moments[3].href
    assert client.get(href).content.decode().count('role="rowheader"') == 3


def test_machines_rows_are_put_into_words_for_the_months_that_are_shown_alone(
    lived: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [date(2025, month, day) for month in (3, 6, 9) for day in (2, 20)]
    told = engine.Ledger.from_tables(
        order_lines=pa.table({"account_id": ["A100"], "ordered_on": [days[0]], "amount": [1.0]}),
        deliveries=pa.table(
            {
                "delivery_id": [f"D{n}" for n in range(6)],
                "account_id": ["A100"] * 6,
                "promised_on": [date(2025, 1, 1)] * 6,
                "delivered_on": days,
            }
        ),
    )
    monkeypatch.setattr(evidence, "ledger", lambda: told)
    family = frozenset({"deliveries"})

    def told_of(first: date, last: date, months: int | None = None) -> list[date]:
        asked = machines.Asked(first, last, months)
        account = account_of(people["minsu"])
        return sorted(one.on for one in machines.happened(account, family, asked))

    assert told_of(date.min, date.max) == days
    assert told_of(date.min, date.max, 2) == days[2:]
    assert told_of(date.min, days[4], 2) == days[2:5]
    assert told_of(days[1], days[2]) == days[1:3]
    assert told_of(date.min, date(2025, 1, 9), 2) == []
    # A page of one month knows that there are more, and the next one goes on there.
    page = of(people["minsu"], families=family, months=1)
    assert ([m.first for m in page.months], page.older) == ([date(2025, 9, 1)], date(2025, 8, 31))
    page = of(people["minsu"], families=family, months=3)
    assert (len(page.months), page.older) == (3, None)


def test_a_page_ends_with_the_month_in_which_it_has_enough(
    lived: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def months(address: str) -> int:
        return len(signed_in("minsu").get(address).context["timeline"].months)

    whole = months("/account/A100/timeline/")
    assert whole > 2
    monkeypatch.setattr(queries, "MOMENTS", 2)
    assert months("/account/A100/timeline/") < whole
    page = signed_in("minsu").get("/account/A100/timeline/").context["timeline"]
    assert page.older is not None  # and the next page goes on there
    assert months(f"/account/A100/timeline/?until={page.older}") >= 1
