"""What remains with us, next steps of rebates, and one account's value, as people see them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from seen import ledger_of, view_of

from mainstay import engine
from mainstay.desk.accounts.models import latest_id
from mainstay.desk.guarantees.models import CardRow
from mainstay.desk.guarantees.publishing import show_cards
from mainstay.desk.value.models import NextStep, Unearning
from mainstay.desk.value.publishing import show_value
from mainstay.engine.standing import measure_standing, standings

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AS_OF = date(2026, 3, 2)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def bought(account: str, each: float, *, cost: float = 0.7) -> list[dict[str, Any]]:
    return [
        {"account_id": account, "ordered_on": ago(3 + 14 * n), "amount": each, "cost": each * cost,
         "quantity": each / 10, "product_id": "P"}
        for n in range(52)
    ]  # fmt: skip


def tables() -> dict[str, Any]:
    return {
        "order_lines": [*bought("A100", 1000), *bought("A103", 800), *bought("00123", 50, cost=0.95)],
        "visits": [
            {"visit_id": f"v{n}", "account_id": "00123", "on": ago(20 + 30 * n), "staff_id": "S1",
             "kind": "visit"} for n in range(24)
        ],
        "agreements": [
            # 5,000 since the first of January
            {"agreement_id": "G1", "account_id": "A100", "from": date(2025, 1, 1),
             "rebate_rule": "year: 1% from 1000, 3% from 5600"},
            {"agreement_id": "G2", "account_id": "A103", "from": date(2025, 1, 1),
             "rebate_rule": "year product P: 2% from 4500"},
            {"agreement_id": "G3", "account_id": "A101", "from": date(2025, 1, 1),
             "rebate_rule": "<b>whatever</b> the boss says"},
        ],
        "promises": [
            {"promise_id": "A100/G1/1/20251231", "account_id": "A100", "made_on": date(2025, 1, 1),
             "kind": "rebate", "amount": 780, "due_on": date(2026, 1, 30)}
        ],
        "criteria": [
            {"account_id": "A100", "criterion": "Quality", "we_meet": False, "competitor_meets": True,
             "competitor": "Rival <i>& Sons</i>", "assessed_on": ago(30), "source": "visit"},
            {"account_id": "A100", "criterion": "Service", "we_meet": True, "competitor_meets": False,
             "assessed_on": ago(30), "source": "visit"},
        ],
        "account_volumes": [
            {"account_id": "A100", "month": date(2025, m, 1), "what": w, "quantity": q, "source": "report",
             "their_price": 12.5}
            for m in (9, 10, 11, 12) for w, q in (("sell_out", 100.0), ("stock", 200.0))
        ],
        "incentives": [
            {"incentive_id": "I1", "account_id": "A100", "kind": "sales_contest", "from": ago(100),
             "to": ago(20), "spent": 500, "owner_id": "S1"}
        ],
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _measured(own_store: None, settings: Any, cast: Any, published: Any) -> None:
    keep(settings.HOME.store, measured(cast))


@lru_cache
def measured(cast: Any) -> dict[str, Any]:
    """All measures of the cast, made once."""
    known = view_of(ledger_of(tables()), cast.accounts().to_pylist(), as_of=AS_OF)
    return measure_standing(known)


def keep(store: Any, found: dict[str, Any]) -> None:
    folder = standings(store)
    if latest_id() in folder.ids():
        folder.delete(latest_id())
    folder.save(latest_id(), found, {"meta": {}})
    show_value(store, latest_id())
    show_cards(store, latest_id())
    cache.clear()


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", response.content.decode())


def listed(client: Any, query: str = "", panel: str = "list") -> list[str]:
    page = text(client.get(f"/value/{query}"))
    part = page.split(f'aria-labelledby="{panel}"', 1)[1].split("</section>", 1)[0]
    return re.findall(r'class="who"><a href="/account/([^"]+)/value/"', part)


def test_next_steps_stand_by_what_they_bring(signed_in: Any) -> None:
    dora = signed_in("dora")
    assert listed(dora) == ["A100", "A103"]
    page = text(dora.get("/value/"))
    assert "more by" in page
    assert "reaches 3%" in page
    step = NextStep.objects.get(account_id="A100")
    assert (step.sold, step.missing, step.gain) == (5000, 600, 168 - 50)


def test_accounts_stand_by_how_urgent_value_is_to_be_mended(signed_in: Any) -> None:
    dora, minsu, wei = signed_in("dora"), signed_in("minsu"), signed_in("wei")
    rows = CardRow.objects.filter(guarantee="value", urgency__gt=0).order_by("-urgency", "id")
    urgent = [row.account_id for row in rows]
    assert "A100" in urgent
    assert listed(dora, panel="mend") == listed(dora, "?size=small", panel="mend") == urgent
    assert "A100" in listed(minsu, panel="mend")
    assert "A100" not in listed(wei, panel="mend")
    page = text(dora.get("/value/"))
    assert 'class="crumbs"' in page
    assert 'href="/standing/?of=value#worst"' in page


def test_managers_see_their_own_and_no_sums_over_all(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    assert listed(minsu) == ["A100"]
    assert listed(signed_in("wei")) == ["A103"]
    page = text(minsu.get("/value/"))
    assert "Remains of all accounts" not in page
    assert "Large, medium and small" not in page
    assert minsu.get("/value/sizes/download.csv").status_code == 404
    assert minsu.get("/account/A103/value/").status_code == 404
    assert minsu.get("/account/A103/value/heads/download.csv").status_code == 404


def test_the_director_sees_the_curve_and_size_classes(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/value/"))
    for said in (
        "Remains of all accounts",
        "At its peak",
        "of the best 2 accounts",
        "Minimum order",
        "<svg",
    ):
        assert said in page, said
    assert page.count("<svg") >= 4  # two pictures, wide and narrow each


def test_who_costs_more_than_they_bring_and_by_whom(signed_in: Any) -> None:
    dora = signed_in("dora")
    assert Unearning.objects.get().never
    assert listed(dora, "?show=less") == listed(dora, "?show=never") == ["00123"]
    assert listed(dora, "?show=never&size=large") == []
    assert "None is like that" in text(dora.get("/value/?show=never&size=large"))
    assert listed(dora, "?show=steps&manager=S2") == ["A103"]
    assert listed(dora, "?show=nonsense&page=x&size=huge") == ["A100", "A103"]


def test_one_account_says_what_every_figure_rests_on(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/account/A100/value/"))
    for said in (
        "They are ahead",
        "We are ahead",
        "Rival &lt;i&gt;&amp; Sons&lt;/i&gt;",
        "Ahead in 1 of the seven heads, even in 0, behind in 1",
        "stock turns 6 times a year",
        "20%",  # 12.50 against 10
        "reaches 3%",
        "Too few similar accounts to tell",
        'href="/account/A100/record/criteria/?key=A100&amp;key=Quality',
        'href="/account/A100/record/agreements/?key=G1',
        'href="/account/A100/record/promises/?key=A100%2FG1%2F1%2F20251231',
        'href="/account/A100/rows/account_volumes/"',
    ):
        assert said in page, said


def test_what_is_not_known_says_which_file_would_tell(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/account/A104/value/"))
    for said in (
        "It bought nothing in two years",
        "nobody has written it down",
        "Their sell-out, stock and resale prices tell it",
        "No rebate is agreed with it",
        "No incentive of the last two years",
        "Load a file",
        f'href="{reverse("facts:rows", args=["criteria"])}?account=A104"',
    ):
        assert said in page, said


def test_a_rule_that_cannot_be_read_is_said_and_escaped(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/account/A101/value/"))
    assert "This rebate can&#x27;t be read" in page
    assert "&lt;b&gt;whatever&lt;/b&gt;" in page
    assert "<b>whatever" not in page


def test_lists_as_files(signed_in: Any) -> None:
    dora = signed_in("dora")

    def rows(address: str) -> list[dict[str, str]]:
        answer = dora.get(address)
        assert answer.status_code == 200, address
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    steps = rows("/value/steps/download.csv?show=never")
    assert [row["Account code"] for row in steps] == ["A100", "A103"]
    assert steps[1]["Rebate on"] == "Product"
    assert [row["Name"] for row in rows("/value/unearning/download.csv")] == ["Müller & Söhne"]
    assert {row["Size"] for row in rows("/value/sizes/download.csv")} == {"Large", "Medium"}
    assert {row["Head"] for row in rows("/account/A100/value/heads/download.csv")} == {
        "Product",
        "Service",
    }
    assert rows("/account/A100/value/rebates/download.csv")[0]["Agreement"] == "G1"
    assert rows("/account/A100/value/effects/download.csv")[0]["Kind"] == "Sales contest"
    assert rows("/account/00123/value/costs/download.csv")[0]["Cost of serving"] == "Visits"
    for wrong in ("/value/nothing/download.csv", "/value/steps/download.exe",
                  "/account/A100/value/nothing/download.csv"):  # fmt: skip
        assert dora.get(wrong).status_code == 404
    assert dora.get("/value/steps/download.xlsx").content[:2] == b"PK"


def test_an_assessment_of_before_says_so(signed_in: Any, settings: Any) -> None:
    standings(settings.HOME.store).delete(latest_id())
    show_value(settings.HOME.store, latest_id())
    cache.clear()
    dora = signed_in("dora")
    assert "before value was measured" in text(dora.get("/value/"))
    assert "before value was measured" in text(dora.get("/account/A100/value/"))
    assert not NextStep.objects.exists()
    assert dora.get("/account/A100/value/heads/download.csv").status_code == 200


def test_no_more_than_fifteen_queries(signed_in: Any) -> None:
    dora = signed_in("dora")
    for address in ("/value/", "/account/A100/value/", "/value/?show=less"):
        dora.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            dora.get(address)
        assert len(seen) <= 15, (address, [q["sql"][:90] for q in seen])


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "ko"])
def test_the_pages_are_there_in_each_language(signed_in: Any, language: str) -> None:
    dora = signed_in("dora")
    for address in ("/value/", "/account/A100/value/"):
        assert dora.get(address, headers={"accept-language": language}).status_code == 200


def test_the_card_is_of_value_alone(cast: Any) -> None:
    cards = {
        r["account_id"]: r
        for r in measured(cast)[engine.CARDS].to_pylist()
        if r["guarantee"] == "value"
    }
    assert cards["A100"]["standing"] == "poor"  # what was promised is not paid
    assert cards["A100"]["measure"] == 0.5
    assert "Pay the rebate that was promised" in cards["A100"]["mend"]
    assert cards["00123"]["standing"] == "unknown"
