"""Short stock through HTTP: what is short, who gets what and why, changes by hand and what they cost, approval."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import cast
import pytest
from seen import ledger_of

from mainstay import engine
from mainstay.core.home import Home
from mainstay.desk.allocation import queries, services
from mainstay.desk.allocation.models import Allocation, Sheet, SheetLine, ShortProduct
from mainstay.desk.allocation.publishing import show
from mainstay.desk.jobs import kinds
from mainstay.desk.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AS_OF = cast.AS_OF
WHO = {"A100": 100.0, "A103": 60.0, "A104": 40.0, "A106": 20.0}
SHEET = "20260302-090000-aaaa"


def ago(days: int) -> Any:
    return AS_OF - timedelta(days=days)


def open_order(account: str, n: int, quantity: float, **also: Any) -> dict[str, Any]:
    given = {
        "account_id": account,
        "ordered_on": ago(5 - n),
        "amount": quantity * 10,
        "order_id": f"O{account}",
        "line": "1",
        "product_id": "P1",
        "quantity": quantity,
    }
    return given | also


@pytest.fixture
def made() -> Any:
    """A hundred pumps for whoever ordered 220."""
    lines = [
        {
            "account_id": account,
            "ordered_on": ago(7 * week + 1),
            "amount": 400.0,
            "order_id": f"{account}{week}",
            "line": "1",
            "product_id": "P1",
            "quantity": 40.0,
        }
        for account in WHO
        for week in range(52)
    ]
    orders = [open_order(code, n, units) for n, (code, units) in enumerate(WHO.items())]
    ledger = ledger_of(
        {
            "order_lines": lines,
            "open_orders": orders,
            "stock": [{"product_id": "P1", "on": ago(1), "on_hand": 100.0}],
            "products": [{"product_id": "P1", "name": 'Pump <b>"9"</b>'}],
        }
    )
    return engine.allocation(ledger, cast.assessment(), as_of=AS_OF)


@pytest.fixture
def sheet(made: Any, own_store: None, published: Any, people: Any) -> Sheet:
    show(SHEET, made, people["suyin"].pk)
    return Sheet.objects.get()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def line_of(account: str) -> SheetLine:
    return SheetLine.objects.get(account_id=account)


def test_what_is_short_and_the_three_rules(sheet: Sheet, signed_in: Any) -> None:
    product = ShortProduct.objects.get()
    assert (product.available, product.wanted, product.missing) == (100, 220, 120)
    assert product.given == pytest.approx(100)
    assert sheet.lost["priority"] <= min(sheet.lost["first_come"], sheet.lost["pro_rata"])
    for who in ("suyin", "dora", "fatima"):
        page = text(signed_in(who).get("/allocation/"))
        for said in ("Pump &lt;b&gt;", "Three rules beside each other", "Pro rata", "First come"):
            assert said in page, (who, said)
    assert "Allocate what is short now" in text(signed_in("suyin").get("/allocation/"))
    assert "Allocate what is short now" not in text(signed_in("fatima").get("/allocation/"))


def test_a_rule_that_loses_less_is_said_to_keep_less(sheet: Sheet, signed_in: Any) -> None:
    """Beside a floor that costs something, the best within it is not the least loss."""
    sheet.lost = {"priority": 165_402.0, "first_come": 180_588.0, "pro_rata": 164_555.0}
    sheet.save()
    ShortProduct.objects.update(wanted=790.714)
    page = re.sub("<[^>]*>", "", text(signed_in("suyin").get("/allocation/")))
    assert re.search(r"€847\S* less", page)
    assert re.search(r"€15\.2k\S* more", page)
    assert re.search(r"“Pro rata” loses €847\S* less, since it does not keep all contracts", page)
    assert "as far as contracts and stock allow" in page
    assert "791" in page
    assert "790.714" not in page


def test_a_manager_sees_their_own_accounts_with_the_reasons(sheet: Sheet, signed_in: Any) -> None:
    page = text(signed_in("minsu").get("/allocation/"))
    assert "What your accounts get" in page
    assert "A103" not in page
    assert "한빛산업" not in page
    assert "Three rules beside each other" not in page
    own = text(signed_in("minsu").get("/account/A100/allocation/"))
    assert "Line by line, and why" in own
    assert "Not more: " in own
    assert signed_in("minsu").get("/account/A103/allocation/").status_code == 404
    product = ShortProduct.objects.get()
    rows = text(signed_in("minsu").get(f"/allocation/{SHEET}/product/{product.pk}/"))
    assert "Harbour Hardware" in rows
    assert "Quiet" not in rows


def test_what_a_change_costs_is_said_before_it_is_kept(
    sheet: Sheet,
    signed_in: Any,
    people: Any,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    suyin, row = signed_in("suyin"), line_of("A100")
    where = f"/allocation/{SHEET}/line/{row.pk}/"
    before = {one.pk: (one.given, one.lost) for one in SheetLine.objects.all()}
    asked = text(suyin.post(where, {"given": "90", "seen": "1", "price": ""}))
    assert "of expected margin" in asked
    assert "Who pays:" in asked
    assert {one.pk: (one.given, one.lost) for one in SheetLine.objects.all()} == before
    for given, reason, said in (
        ("101", "x", "At most 100"),
        ("-1", "x", "greater than or equal to 0"),
        ("90", "", "Say why"),
        ("", "x", "Say how much"),
        ("90.5", "x", "no whole lot"),
        ("90", "y" * 201, "200"),
    ):
        wrong = suyin.post(where, {"given": given, "reason": reason, "seen": "1", "save": "1"})
        assert wrong.status_code == 422, given
        assert said in text(wrong), given
    with django_capture_on_commit_callbacks(execute=True):
        kept = {"given": "90", "reason": "They <b>waited</b>", "seen": "1", "save": "1"}
        # It breaks the floor of small accounts, which was shown.
        suyin.post(where, kept | {"aware": "90.0"})
    product = ShortProduct.objects.get()
    assert line_of("A100").given == 90
    assert product.given == pytest.approx(100)
    cost = product.lost - sum(lost for _, lost in before.values())
    assert cost >= 0
    assert cost == pytest.approx(
        sum(one.lost for one in SheetLine.objects.all()) - product.lost_by_rule
    )
    page = text(suyin.get(f"/allocation/{SHEET}/product/{product.pk}/"))
    assert "They &lt;b&gt;waited&lt;/b&gt;" in page
    told = engine.facts_known(settings.HOME, "allocations").to_pylist()
    assert [(t["account_id"], t["given"], t["given_by"], t["state"]) for t in told] == [
        ("A100", 90.0, "hand", "proposed")
    ]
    stale = suyin.post(where, {"given": "80", "reason": "x", "seen": "1", "save": "1"})
    assert "changed meanwhile" in text(stale)
    suyin.post(where, {"seen": "2", "rule": "1"})
    assert line_of("A100").given == before[row.pk][0]
    assert not Allocation.objects.exists()


def test_more_than_there_is_can_not_be_given_by_hand(sheet: Sheet, people: Any) -> None:
    for account in ("A100", "A103"):
        row = line_of(account)
        given = 60.0
        if account == "A103":
            with pytest.raises(Exception, match="there are 100"):
                services.set_by_hand(
                    people["suyin"], row, given, "x", seen=row.version, today=AS_OF
                )
        else:
            services.set_by_hand(people["suyin"], row, given, "x", seen=row.version, today=AS_OF)


def test_what_a_change_breaks_is_said_before_it_is_kept_and_before_it_is_approved(
    sheet: Sheet, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = line_of("A100")
    SheetLine.objects.filter(pk=row.pk).update(owed=row.by_rule)
    product = ShortProduct.objects.get()
    small = product.small_given
    ShortProduct.objects.update(small_wanted=2 * small, floor_short=0.0)
    Sheet.objects.update(small_share=0.5)
    suyin, where = signed_in("suyin"), f"/allocation/{SHEET}/line/{row.pk}/"
    less = {"given": str(row.by_rule - 1), "reason": "x", "seen": "1"}
    for form in (less | {"price": ""}, less | {"save": "1"}):
        page = suyin.post(where, form)
        assert "A contract breaks: Harbour Hardware" in text(page)
        assert line_of("A100").hand is None
    aware = re.search(r'name="aware" value="([^"]+)"', page.content.decode())[1]  # type: ignore[index]
    assert suyin.post(where, less | {"save": "1", "aware": aware}).status_code == 302
    shown = text(suyin.get(f"/allocation/{SHEET}/"))
    for said in ("A contract breaks", "Priority, with changes by hand", "Approve all the same"):
        assert said in shown, said
    refused = text(suyin.post(f"/allocation/{SHEET}/approve/", follow=True))
    assert "see which, and approve it all the same" in refused
    with django_capture_on_commit_callbacks(execute=True):
        suyin.post(f"/allocation/{SHEET}/approve/", {"aware": "1"})
    sheet.refresh_from_db()
    assert sheet.state == "approved"
    assert "A contract breaks" in text(suyin.get(f"/allocation/{SHEET}/"))


def test_the_row_of_changes_by_hand_is_the_sheet_as_it_stands(sheet: Sheet, people: Any) -> None:
    row = line_of("A103")
    services.set_by_hand(people["suyin"], row, 0.0, "x", seen=1, today=AS_OF)
    one = queries.with_hand(sheet, queries.changed(sheet))
    assert one is not None
    lines = list(SheetLine.objects.all())
    assert one.lost == pytest.approx(sum(line.lost for line in lines))
    for size, fill in one.fills:
        mine = [line for line in lines if line.size_class == size and line.money]
        whole = sum(line.money for line in mine)
        came = sum(line.money * line.given / line.wanted for line in mine)
        assert fill == (pytest.approx(came / whole) if whole else None)


def test_approved_it_is_written_down_and_stands(
    sheet: Sheet, signed_in: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    suyin = signed_in("suyin")
    assert signed_in("minsu").post(f"/allocation/{SHEET}/approve/").status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        suyin.post(f"/allocation/{SHEET}/approve/")
    sheet.refresh_from_db()
    assert sheet.state == "approved"
    told = {
        row["account_id"]: row
        for row in engine.facts_known(settings.HOME, "allocations").to_pylist()
    }
    assert set(told) == set(WHO)
    assert sum(row["given"] for row in told.values()) == pytest.approx(100)
    assert {row["state"] for row in told.values()} == {"approved"}
    row = line_of("A100")
    where = f"/allocation/{SHEET}/line/{row.pk}/"
    wrong = suyin.post(where, {"given": "1", "reason": "x", "seen": "1", "save": "1"})
    assert "stands as it is" in text(wrong)
    assert "stands as it is" in text(suyin.post(f"/allocation/{SHEET}/approve/", follow=True))


def test_a_long_sheet_is_written_down_by_the_worker(
    sheet: Sheet, people: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    job = services.approve(people["suyin"], sheet)
    assert isinstance(job, Job)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.writing) == ("draft", True)
    run = kinds.Run(settings.HOME, job.arguments)
    assert kinds.KINDS[job.kind]["approve"](run) == len(WHO)
    assert kinds.KINDS[job.kind]["approve"](run) == 0
    sheet.refresh_from_db()
    assert (sheet.state, sheet.writing) == ("approved", False)


def test_the_file_for_the_erp(sheet: Sheet, signed_in: Any) -> None:
    whole = signed_in("suyin").get(f"/allocation/{SHEET}/download/csv/").content.decode("utf-8-sig")
    assert len(whole.strip().splitlines()) == 1 + len(WHO)
    assert "OA100" in whole
    own = signed_in("minsu").get(f"/allocation/{SHEET}/download/csv/").content.decode("utf-8-sig")
    assert len(own.strip().splitlines()) == 2
    assert signed_in("suyin").get(f"/allocation/{SHEET}/download/xlsx/").content[:2] == b"PK"
    assert signed_in("suyin").get(f"/allocation/{SHEET}/download/exe/").status_code == 404


def test_nothing_yet_says_which_files_answer_it(
    own_store: None, published: Any, signed_in: Any
) -> None:
    for who in ("suyin", "minsu"):
        assert "open_orders and stock" in text(signed_in(who).get("/allocation/"))
        where = "/account/A100/allocation/"
    assert "open_orders and stock" in text(signed_in("minsu").get(where))


def test_it_is_asked_for_once(own_store: None, published: Any, signed_in: Any) -> None:
    suyin = signed_in("suyin")
    for floor, status in (("50", 302), ("120", 422), ("x", 422)):
        assert (
            suyin.post("/allocation/start/", {"floor": floor, "days": "14"}).status_code == status
        )
    suyin.post("/allocation/start/", {"floor": "40", "days": "7"})
    job = Job.objects.get()
    assert job.arguments["small_share"] == 0.5
    assert "Allocating short stock" in text(suyin.get("/allocation/"))
    assert "Allocating short stock" in text(suyin.get("/allocation/progress/"))


def test_few_queries(sheet: Sheet, signed_in: Any, django_assert_max_num_queries: Any) -> None:
    product = ShortProduct.objects.get()
    row = line_of("A100")
    for who in ("suyin", "minsu"):
        client = signed_in(who)
        client.get("/allocation/")
        for where in (
            "/allocation/",
            f"/allocation/{SHEET}/",
            f"/allocation/{SHEET}/product/{product.pk}/",
            "/account/A100/allocation/",
        ):
            with django_assert_max_num_queries(15):
                assert client.get(where).status_code == 200
    suyin = signed_in("suyin")
    with django_assert_max_num_queries(15):
        suyin.get(f"/allocation/{SHEET}/line/{row.pk}/")


def test_the_job_makes_a_sheet(own_store: None, settings: Any, tmp_path: Any) -> None:
    settings.HOME = Home(tmp_path).prepare()
    with pytest.raises(Exception, match="Nothing is assessed yet"):
        kinds.allocate(kinds.Run(settings.HOME, {}, {"sheet_id": "x"}))
