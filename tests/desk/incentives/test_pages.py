"""What is given to accounts: budgets, what is left of them, stop dates, and what came of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases.models import Approval, Case
from mainstay.desk.facts.services import entry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def listed(client: Client, query: str = "") -> list[str]:
    """The accounts of the list, in their order."""
    page = text(client.get(f"/incentives/{query}"))
    return re.findall(r'href="/account/([^/"]+)/"', page[page.index('aria-labelledby="list"') :])


def day(n: int) -> date:
    return timezone.localdate() + timedelta(days=n)


def given(people: Any, account: str, **said: Any) -> Incentive:
    values = {"kind": "rebate", "from_on": day(-40), "to_on": day(20), "owner_id": "S1"}
    with entry(people["dora"]) as book:
        made: Any = book.add(
            Incentive(
                incentive_id=f"I-{account}-{Incentive.objects.count()}",
                account_id=account,
                **{**values, **said},
            )
        )
    found: Incentive = made
    return found


@pytest.fixture
def dora(signed_in: Any, published: Any) -> Client:
    return signed_in("dora")


def test_stop_dates_that_passed_come_first_and_price_concessions_last(
    dora: Client, people: Any
) -> None:
    given(people, "A100", kind="discount", budget=Decimal(900))
    given(people, "A101", budget=Decimal(500), spent=Decimal(80), in_return_for="Two ranges")
    given(people, "A102", to_on=day(-3), spent=Decimal(1))
    given(people, "A103", to_on=day(-3), budget=Decimal(50))
    given(people, "00123", to_on=None)
    assert listed(dora) == ["A103", "A101", "00123", "A102", "A100"]
    assert listed(dora, "?show=overdue") == ["A103"]
    assert listed(dora, "?show=running") == ["A101", "00123", "A100"]
    assert listed(dora, "?show=over") == ["A102"]
    assert listed(dora, "?show=without&pool=discount") == ["A100"]
    assert listed(dora, f"?year={day(-40).year}&pool=rebate&show=running") == ["A101", "00123"]
    assert listed(dora, "?show=nonsense&pool=gold&year=1&page=x") == listed(dora)
    page = text(dora.get("/incentives/"))
    for said in (
        "In return:</span> Two ranges",
        "▲ Nothing in return",
        "80.00 of 500.00 spent",
        "no stop date",
        "Say what was spent",
        "it belongs to no case",
    ):
        assert said in page, said
    assert "None is like that" in text(dora.get("/incentives/?pool=goods"))


def test_pages_of_many(dora: Client, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.desk.incentives import queries

    monkeypatch.setattr(queries, "PAGE", 2)
    for account, ends in (("A100", -9), ("A101", -8), ("A102", -7), ("A103", 9), ("00123", 8)):
        given(people, account, to_on=day(ends))
    pages = [listed(dora, f"?page={n}") for n in (1, 2, 3, 4)]
    assert pages == [["A100", "A101"], ["A102", "00123"], ["A103"], []]


def test_page_by_page_it_is_the_same_list(
    dora: Client, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.incentives import queries

    for n, account in enumerate(("A100", "A101", "A102", "A103")):
        for said in (
            {"to_on": day(-3 - n % 2)},
            {"to_on": day(-5 + n % 2), "spent": Decimal(1)},
            {"to_on": day(7 - n % 2)},
            {"to_on": None, "from_on": day(-9 + n % 2)},
            {"to_on": day(-9), "spent": Decimal(1), "kind": "discount"},
        ):
            given(people, account, **said)
    for query in ("?", "?show=running&", "?show=over&", "?pool=rebate&"):
        whole = listed(dora, query)
        assert len(whole) >= 8
        with monkeypatch.context() as patch:
            patch.setattr(queries, "PAGE", 3)
            pages = [listed(dora, f"{query}page={n}") for n in range(1, 9)]
        assert [account for page in pages for account in page] == whole


def test_pools_say_what_is_given_asked_and_left(
    dora: Client, people: Any, settings: Any, signed_in: Any
) -> None:
    first = date(timezone.localdate().year, 1, 1)
    (settings.HOME.folder / "mainstay.toml").write_text(
        'incentive_budgets = "rebate 10000, goods 500"\n'
    )
    given(people, "A100", from_on=first, to_on=first, budget=Decimal(4000), spent=Decimal(1000))
    given(people, "A103", from_on=first, budget=Decimal(3000), in_return_for="Volume")
    given(people, "A101", from_on=first - timedelta(days=400), to_on=None, budget=Decimal(77_000))
    asked = {"asked_on": first, "state": "asked", "asked_by": "S2", "kind": "rebate"}
    with entry(people["dora"], trusted=True) as book:
        book.add(
            Approval(approval_id="Y1", account_id="A103", case_id="C", amount=Decimal(700), **asked)
        )
    page = text(dora.get("/incentives/"))
    row = page[page.index(">Rebate</a>") :][:1500]
    shown = re.findall(r'title="(€[\d,.]+)"|>(€[\d,.]+k?)<', row)
    figures = [exact or short for exact, short in shown]
    assert "€10k" in row
    assert "€4k" in row  # 1,000 spent of what is over, 3,000 of what runs
    assert "€700" in row
    assert "€6k" in row
    assert figures
    assert "rate of its day" not in page
    assert "no exchange rate" not in page
    assert "Budgets of" in page
    mine = text(signed_in("wei").get("/incentives/"))
    assert "not shown" in mine
    assert "€10k" not in mine
    assert "Harbour" not in mine
    assert "한빛산업" in mine


def test_money_in_other_currencies_counts_at_the_rate_of_its_day(
    dora: Client, people: Any, settings: Any, tmp_path: Any
) -> None:
    first = date(timezone.localdate().year, 1, 1)
    (settings.HOME.folder / "mainstay.toml").write_text('incentive_budgets = "rebate 10000"\n')
    rates = tmp_path / "rates.csv"
    rates.write_text(f"currency,month,rate\nKRW,{first},0.001\nUSD,{first},0.5\n")
    engine.open_ledger(settings.HOME).import_files(
        [rates], engine.ImportOptions(table="exchange_rates"), now=timezone.now()
    )
    given(people, "A100", from_on=first, budget=Decimal(3000), in_return_for="Volume")
    given(people, "A101", from_on=first, budget=Decimal(1_000_000), currency="KRW")
    before = first - timedelta(days=1)
    asked = {"asked_on": first, "state": "asked", "asked_by": "S2", "kind": "rebate"}
    with entry(people["dora"], trusted=True) as book:
        for code, currency in (("Y1", "USD"), ("Y2", None)):
            book.add(
                Approval(
                    approval_id=code,
                    account_id="A103",
                    case_id="C",
                    amount=Decimal(600),
                    currency=currency,
                    **asked,
                )
            )
    page = text(dora.get("/incentives/"))
    row = page[page.index(">Rebate</a>") :][:1500]
    assert "€4k" in row  # 3,000, and 1,000,000 won
    assert "€900" in row  # 600, and 600 dollars
    assert "2 sums in other currencies are counted at the rates of their days" in page
    assert "€1k" in page[page.index("Nothing in return") :]
    assert "no exchange rate" not in page
    # A rate of this January says nothing of the year before; nobody knows one of the baht.
    given(people, "A102", from_on=before, budget=Decimal(5), currency="KRW")
    given(people, "A102", from_on=before, budget=Decimal(50), currency="THB")
    given(people, "A102", from_on=before, budget=Decimal(50), in_return_for="Volume")
    page = text(dora.get(f"/incentives/?year={before.year}"))
    assert "2 sums in KRW, THB are left out" in page
    assert "rate of its day" not in page
    assert ">▲ 2 · " in page


def test_its_effect_is_that_of_its_case(
    dora: Client, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = given(people, "A100", in_return_for="Volume")
    with entry(people["dora"], trusted=True) as book:
        case = book.add(
            Case(case_id="C1", account_id="A100", opened_on=day(-40), state="open", owner_id="S1")
        )
        book.add(
            Approval(
                approval_id="Y",
                account_id="A100",
                case_id="C1",
                asked_on=day(-41),
                amount=Decimal(5),
                state="approved",
                incentive_id=one.incentive_id,
            )
        )
    page = text(dora.get("/incentives/"))
    assert f'href="/cases/{case.pk}/"' in page
    assert "no assessment of the weeks before" in page
    for lost, said in ((None, "Its effect is measured once"), (1000.0, "of margin kept")):
        cache.clear()
        found = engine.Measured(day(50), 4000.0, lost)
        monkeypatch.setattr(engine, "measured", lambda *_args, found=found, **_named: found)
        assert said in text(dora.get("/incentives/"))


def request_of(people: Any, account: str, **said: Any) -> Approval:
    values = {"case_id": "C", "asked_on": day(-60), "asked_by": "S1", "amount": Decimal(900)}
    with entry(people["dora"], trusted=True) as book:
        found: Any = book.add(Approval(account_id=account, **{**values, "state": "asked", **said}))
    made: Approval = found
    return made


def test_what_nobody_approved_is_kept_and_shown_as_such(
    dora: Client, signed_in: Any, people: Any
) -> None:
    minsu, wei = signed_in("minsu"), signed_in("wei")
    form = {"kind": "discount", "from_on": day(-9), "owner_id": "S1", "budget": "900", "once": "1"}
    minsu.post("/known/incentives/add/?account=A100", form)
    assert Incentive.objects.count() == 1
    # Before the company's first request nobody could ask.
    assert listed(dora, "?show=unapproved") == []
    request_of(people, "A103", approval_id="R1")
    assert listed(dora, "?show=unapproved") == ["A100"]
    assert "▲ Without approval" in text(dora.get("/incentives/"))
    assert listed(minsu, "?show=unapproved") == ["A100"]
    assert listed(wei, "?show=unapproved") == []
    # Before that day, for nothing, or brought by a file: not among them.
    given(people, "A101", from_on=day(-70), budget=Decimal(5))
    given(people, "A101", budget=Decimal(0))
    brought = given(people, "A102", budget=Decimal(5))
    Incentive.objects.filter(pk=brought.pk).update(recorded_by=None)
    assert listed(dora, "?show=unapproved") == ["A100"]


def test_more_than_was_approved_is_without_approval(
    dora: Client, signed_in: Any, people: Any
) -> None:
    row = given(people, "A100", budget=Decimal(900))
    yes = {"state": "approved", "approved_amount": Decimal(900), "kind": "rebate"}
    request_of(people, "A100", approval_id="R1", incentive_id=row.incentive_id, **yes)
    request_of(people, "A101", approval_id="R2")
    assert listed(dora, "?show=unapproved") == []
    form = {
        "kind": "rebate", "from_on": row.from_on, "to_on": row.to_on, "owner_id": "S1",
        "incentive_id": row.incentive_id, "account_id": "A100", "seen": row.version, "once": "1",
    }  # fmt: skip
    signed_in("minsu").post(f"/known/incentives/{row.pk}/", {**form, "budget": "9000"})
    assert Incentive.objects.get().budget == 9000
    assert listed(dora, "?show=unapproved") == ["A100"]
    Incentive.objects.update(budget=900, spent=901)
    assert listed(dora, "?show=unapproved") == ["A100"]
    Incentive.objects.update(spent=900)
    assert listed(dora, "?show=unapproved") == []
    assert "▲ Without approval" not in text(dora.get("/incentives/"))


def test_a_refused_request_stands_behind_nothing(dora: Client, people: Any) -> None:
    row = given(people, "A100", budget=Decimal(900))
    no = {"state": "refused", "approved_amount": None}
    request_of(people, "A100", approval_id="R1", incentive_id=row.incentive_id, **no)
    assert listed(dora, "?show=unapproved") == ["A100"]


def test_who_looks_after_accounts_sees_theirs(signed_in: Any, published: Any, people: Any) -> None:
    given(people, "A100")
    given(people, "A103", owner_id="S2")
    assert listed(signed_in("minsu")) == ["A100"]
    assert listed(signed_in("wei"), "?whose=mine") == ["A103"]
    assert listed(signed_in("nobody")) == []
    empty = text(signed_in("nobody").get("/incentives/"))
    assert "Nothing was given yet" in empty


def asked_for(people: Any, n: int) -> None:
    """Requests of one case that wait, the oldest first."""
    with entry(people["dora"], trusted=True) as book:
        for i in range(n):
            book.add(
                Approval(
                    approval_id=f"Y{i}",
                    account_id="A100",
                    case_id="C1",
                    asked_on=day(i - n),
                    asked_by="S1",
                    amount=Decimal(100 + i),
                    state="asked",
                )
            )


def test_of_many_that_wait_the_oldest_are_decided_here_the_others_on_their_own_pages(
    dora: Client, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.incentives import views

    monkeypatch.setattr(views, "DECIDED_HERE", 2)
    asked_for(people, 4)
    page = text(dora.get("/incentives/"))
    rows = list(Approval.objects.order_by("asked_on").values_list("pk", flat=True))
    assert re.findall(r'action="/incentives/requests/(\d+)/approve/"', page) == [
        str(pk) for pk in rows[:2]
    ]
    assert re.findall(r'href="/incentives/requests/(\d+)/">Decide', page) == [
        str(pk) for pk in rows[2:]
    ]
    assert "/approve/" in text(dora.get(f"/incentives/requests/{rows[3]}/"))


def test_how_many_wait_is_told_to_who_decides_however_many(
    dora: Client, signed_in: Any, people: Any
) -> None:
    asked_for(people, 250)
    for page in ("/week/", "/incentives/"):
        assert "250 requests for money wait" in text(dora.get(page)), page
    assert ">250</a>" in text(dora.get("/team/load/"))
    assert "wait for your decision" not in text(signed_in("minsu").get("/week/"))  # who asked


@pytest.mark.parametrize("name", ["dora", "minsu"])
def test_it_asks_little_of_the_database(
    name: str, signed_in: Any, published: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    """Also where all parts of the list stand on one page, and nothing is kept yet."""
    for said in (
        {"to_on": day(-3)},
        {"to_on": day(3)},
        {"to_on": None},
        {"to_on": day(-3), "spent": Decimal(1)},
        {"kind": "discount"},
    ):
        given(people, "A100", **said)
    asked_for(people, 3)
    client = signed_in(name)
    for query in ("", "?show=running&whose=mine", f"?year={day(-40).year}&page=2"):
        cache.clear()
        with django_assert_max_num_queries(15):
            assert client.get(f"/incentives/{query}").status_code == 200
