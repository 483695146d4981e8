"""Season stock at the desk: forecast, agree, confirm, follow, and what each may see of it."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from django.test import Client
from seen import arrow

from mainstay import engine
from mainstay.desk.facts.services import send
from mainstay.desk.jobs import kinds
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.seasons.following import follow
from mainstay.desk.seasons.models import Confirmation, SeasonFollow, SeasonForecast, SeasonPlan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PAGE = "/account/A100/season/"
BEGIN = date(2023, 3, 1)
LAST = date(2026, 3, 1)


def lines() -> list[dict[str, Any]]:
    found, on = [], BEGIN
    while on <= LAST:
        for account in ("A100", "A101", "A103"):
            for product, quantity in (("TAP", 60.0), ("SINK", 12.0)):
                found.append(
                    {
                        "account_id": account, "ordered_on": on, "amount": 3.0 * quantity, "product_id": product,
                        "category": "bath", "quantity": quantity, "unit": "pc", "currency": "EUR",
                        "kind": "sale", "order_id": f"{account}{on}", "line": product,
                    }
                )  # fmt: skip
        on += timedelta(days=14)
    return found


@pytest.fixture
def orders(own_store: None, settings: Any, published: Any) -> None:
    from mainstay.ledger.given import commit_lines

    ledger = engine.open_ledger(settings.HOME)
    commit_lines(ledger, arrow("order_lines", lines()))


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "first": "2026-04-01",
        "months": "3",
        "service": "0.95",
        "production_days": "20",
    } | changes


def work(settings: Any) -> None:
    """What the worker does with what was asked for."""
    for job in Job.objects.filter(kind="season", state=State.WAITING):
        results: dict[str, Any] = {}
        for code, step in kinds.KINDS["season"].items():
            results[code] = step(kinds.Run(settings.HOME, job.arguments, results))
        job.state = State.DONE
        job.save()


@pytest.fixture
def foretold(orders: None, signed_in: Any, settings: Any) -> Client:
    minsu = signed_in("minsu")
    assert minsu.post(f"{PAGE}ask/", asked()).status_code == 302
    assert "Forecasting a season" in text(minsu.get(PAGE))
    work(settings)
    return minsu  # type: ignore[no-any-return]


def agreeing(client: Client, **changes: Any) -> dict[str, Any]:
    page = client.get(PAGE).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(once|season_id)" value="([^"]+)"', page))
    return {**hidden, "agreed_by": "Mr Yu", **changes}


def test_without_orders_it_says_what_it_needs(
    published: Any, own_store: None, signed_in: Any
) -> None:
    minsu = signed_in("minsu")
    assert "order lines with products and quantities" in text(minsu.get(PAGE))
    done = minsu.post(f"{PAGE}ask/", asked())
    assert done.status_code == 422
    assert "There are no order lines yet" in text(done)
    assert "Nothing is agreed yet" in text(minsu.get("/seasons/"))


def test_a_forecast_shows_what_is_needed_and_what_to_deliver(foretold: Client) -> None:
    page = text(foretold.get(PAGE))
    for said in (
        "Needed in the season",
        "Stock plan to agree",
        "TAP",
        "SINK",
        "not told",
        "Apr 2026",
        "Jun 2026",
    ):
        assert said in page, said
    assert "their stock is not told" in page
    assert 'name="q-0-2"' in page
    row = SeasonForecast.objects.get()
    assert (row.first, row.last) == (date(2026, 4, 1), date(2026, 6, 1))
    # Two orders of 60 in most months.
    need = float(re.findall(r"need (\d+)", page)[0])
    assert 110 <= need <= 150


def test_what_they_have_in_stock_is_delivered_less(foretold: Client, settings: Any) -> None:
    before = float(
        re.search(r'name="q-0-0" value="([\d.]+)"', foretold.get(PAGE).content.decode())[1]
    )  # type: ignore[index]
    foretold.post(f"{PAGE}ask/", asked(**{"o-0": "50"}))
    work(settings)
    page = foretold.get(PAGE).content.decode()
    after = float(re.search(r'name="q-0-0" value="([\d.]+)"', page)[1])  # type: ignore[index]
    assert before - after == 50
    assert '<input type="number" name="o-0" value="50.0"' in page


def test_the_sheet_is_in_the_accounts_language_and_the_page_for_the_meeting_too(
    foretold: Client,
) -> None:
    done = foretold.get(f"{PAGE}sheet/")
    assert "season-A100-2026-04.xlsx" in done["Content-Disposition"]
    book = fastexcel.read_excel(io.BytesIO(done.content).getvalue())
    assert len(book.sheet_names) == 2
    english = fastexcel.read_excel(foretold.get(f"{PAGE}sheet/?lang=en").content)
    assert english.sheet_names == ["Stock plan", "In money"]
    cells = english.load_sheet(0, header_row=None).to_arrow().to_pylist()
    shown = [str(value) for row in cells for value in row.values() if value is not None]
    assert "Season stock: Harbour Hardware Ltd" in shown
    assert "TAP" in shown
    page = foretold.get(f"{PAGE}meeting/?lang=en")
    assert "Proposed deliveries" in text(page)
    assert "need " not in text(page)  # nothing of our own reckoning
    assert "繁體中文</a>" in text(page)  # each language in its own name
    assert 'data-label="Apr 2026"' in text(page)  # where the table is too wide
    assert '<div lang="zh-hant">' in text(foretold.get(f"{PAGE}meeting/"))


def test_what_is_agreed_is_kept_as_facts_and_followed(foretold: Client) -> None:
    done = foretold.post(
        f"{PAGE}agree/",
        agreeing(foretold, **{"q-0-0": "144", "q-1-0": "0", "q-1-1": "0", "q-1-2": "0"}),
    )
    assert done.status_code == 302, text(done)
    rows = SeasonPlan.objects.order_by("month")
    assert {row.product_id for row in rows} == {"TAP"}  # of what nothing comes there is no plan
    first = rows[0]
    assert (first.month, first.quantity, first.state, first.agreed_by) == (
        date(2026, 4, 1),
        144.0,
        "agreed",
        "Mr Yu",
    )
    assert first.low < first.high
    one = SeasonFollow.objects.get()
    assert (one.state, one.product_id, one.ordered) == ("before", "TAP", 0.0)
    assert one.whole == sum(row.quantity for row in rows)
    page = text(foretold.get(PAGE))
    assert "What was agreed, week by week" in page
    assert "Mr Yu" in page
    assert "TAP" in text(foretold.get("/seasons/"))
    assert "TAP" in text(foretold.get("/seasons/?show=before"))
    assert "None is like that now" in text(foretold.get("/seasons/?show=off"))


def test_the_same_form_sent_twice_agrees_once_and_said_again_it_changes(foretold: Client) -> None:
    form = agreeing(foretold, **{"q-0-0": "144"})
    foretold.post(f"{PAGE}agree/", form)
    n = SeasonPlan.objects.count()
    foretold.post(f"{PAGE}agree/", form)
    assert SeasonPlan.objects.count() == n
    foretold.post(f"{PAGE}agree/", agreeing(foretold, **{"q-0-0": "150"}))
    assert SeasonPlan.objects.count() == n
    assert SeasonPlan.objects.filter(quantity=150.0).count() == 1


def test_a_new_agreement_on_the_same_months_ends_the_one_before(
    foretold: Client, settings: Any
) -> None:
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    foretold.post(f"{PAGE}ask/", asked(first="2026-05-01", months="2"))
    work(settings)
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    states = set(SeasonPlan.objects.values_list("plan_id", "state"))
    assert sorted(state for _, state in states) == ["agreed", "ended"]
    assert SeasonFollow.objects.values("plan_id").distinct().count() == 1
    plan_id = SeasonPlan.objects.filter(state="agreed").first().plan_id  # type: ignore[union-attr]
    foretold.post(f"{PAGE}end/", {"plan_id": plan_id})
    assert not SeasonFollow.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"first": "2025-01-01"}, "Select a valid choice"),
        ({"first": "2026-03-01"}, "Select a valid choice"),
        ({"first": "2027-01-01", "months": "12"}, "Feb 2027 is the last month"),
        ({"months": "0"}, "Select a valid choice"),
        ({"production_days": "-3"}, "greater than or equal to 0"),
        ({"service": "2"}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_foretold_is_said_beside_its_field(
    form: dict[str, str], said: str, orders: None, signed_in: Any
) -> None:
    done = signed_in("minsu").post(f"{PAGE}ask/", asked(**form))
    assert done.status_code == 422
    assert said in text(done)
    assert not Job.objects.exists()


def test_what_can_not_be_agreed_is_said_and_nothing_is_kept(foretold: Client) -> None:
    for wrong, said in (
        ("-5", "A quantity is 0 or more."),
        ("many", "Enter a number"),
        ("1e99", "less than"),
        ("1.5", "write 1 or 2."),
        ("0.0001", "write 0 or 1."),
    ):
        done = foretold.post(f"{PAGE}agree/", agreeing(foretold, **{"q-0-0": wrong}))
        assert done.status_code == 422
        assert said in text(done), wrong
    none = {f"q-{i}-{j}": "0" for i in range(2) for j in range(3)}
    assert "Nothing was agreed" in text(foretold.post(f"{PAGE}agree/", agreeing(foretold, **none)))
    old = agreeing(foretold, season_id="another")
    assert "made anew meanwhile" in text(foretold.post(f"{PAGE}agree/", old, follow=True))
    nobody = agreeing(foretold, agreed_by=" ")
    assert "Say with whom it was agreed." in text(foretold.post(f"{PAGE}agree/", nobody))
    long = agreeing(foretold, agreed_by="x" * 300)
    assert "longer than 200" in text(foretold.post(f"{PAGE}agree/", long))
    assert not SeasonPlan.objects.exists()


def test_production_and_transport_confirm_and_the_list_sums_it_up(
    foretold: Client, signed_in: Any, settings: Any
) -> None:
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    row = SeasonFollow.objects.get(product_id="TAP")
    said = {
        "what": str(row.pk),
        "by_role": "production",
        "quantity": "300",
        "ready_on": "2026-03-20",
        "confirmed_by": "<b>Plant 2</b>",
    }
    suyin = signed_in("suyin")
    assert suyin.post(f"{PAGE}confirm/", said).status_code == 302
    assert foretold.post(f"{PAGE}confirm/", said).status_code == 403
    one = Confirmation.objects.get()
    assert (one.product_id, one.plan_id, one.quantity) == ("TAP", row.plan_id, 300.0)
    assert SeasonFollow.objects.get(product_id="TAP").produced == 300.0
    page = text(suyin.get(PAGE))
    assert "&lt;b&gt;Plant 2&lt;/b&gt;" in page
    assert "By product, all accounts together" in text(suyin.get("/seasons/"))
    assert "By product, all accounts together" not in text(foretold.get("/seasons/"))
    bad = suyin.post(f"{PAGE}confirm/", {**said, "what": "999999", "quantity": "-1"})
    assert bad.status_code == 422
    send()
    told = engine.facts_known(settings.HOME, "confirmations")
    assert told["quantity"].to_pylist() == [300.0]


def test_orders_far_below_what_was_agreed_warn(
    foretold: Client, settings: Any, tmp_path: Path
) -> None:
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    # Two months on, another account orders, and this one does not.
    file = tmp_path / "later.csv"
    file.write_text("Customer,Date,Amount,SKU,Quantity\nA101,2026-05-20,9,TAP,3\n")
    engine.run_import(settings.HOME, [file], engine.ImportOptions(currency="EUR"))
    follow(None)
    # They agreed only now, which is too early to tell, and then long ago.
    assert SeasonFollow.objects.get(product_id="TAP").state == "early"
    SeasonPlan.objects.update(agreed_on=date(2026, 3, 10))
    follow(None)
    one = SeasonFollow.objects.get(product_id="TAP")
    assert one.state == "below"
    assert one.urgency > 0
    page = text(foretold.get("/seasons/?show=off"))
    assert "Ordered too little" in page
    assert re.search(r"<h3>[^<]*<span[^>]*>TAP</span></h3>", text(foretold.get(PAGE)))
    kept = foretold.get("/seasons/download/csv/?show=off").content.decode("utf-8-sig")
    assert kept.splitlines()[0].startswith("Account code,Plan,Product")
    assert "Ordered too little" in kept
    # What was on order when it was agreed counts as well.
    file.write_text("Customer,Date,Amount,SKU,Quantity,Order\nA100,2026-03-02,900,TAP,300,O1\n")
    engine.run_import(
        settings.HOME, [file], engine.ImportOptions(currency="EUR", table="open_orders")
    )
    follow(None)
    assert SeasonFollow.objects.get(product_id="TAP").ordered == one.ordered + 300


def test_others_accounts_are_not_there(foretold: Client, signed_in: Any) -> None:
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    wei = signed_in("wei")
    assert wei.get(PAGE).status_code == 404
    assert wei.post(f"{PAGE}agree/", {}).status_code == 404
    assert "TAP" not in text(wei.get("/seasons/"))
    assert "TAP" not in wei.get("/seasons/download/csv/").content.decode("utf-8-sig")
    assert "TAP" in text(signed_in("dora").get("/seasons/"))


def test_pages_ask_for_little(foretold: Client, django_assert_max_num_queries: Any) -> None:
    foretold.post(f"{PAGE}agree/", agreeing(foretold))
    for address in (PAGE, "/seasons/", f"{PAGE}meeting/"):
        foretold.get(address)
        with django_assert_max_num_queries(18):  # session and user among them
            assert foretold.get(address).status_code == 200
