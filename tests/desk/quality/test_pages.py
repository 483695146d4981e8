"""The pages of quality, through HTTP, over what was measured of the cast."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from seen import Rows, ledger_of

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.accounts import evidence
from mainstay.desk.care.models import Complaint
from mainstay.desk.facts.services import entry
from mainstay.desk.guarantees.publishing import show_cards
from mainstay.desk.quality.models import CorrectiveAction
from mainstay.engine.standing import measure_standing, standings
from mainstay.engine.tables import CATEGORIES
from mainstay.standing.known import Known

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ID = "20260302-060000-cast"
BATCH = "B<7>"


def rows_of(as_of: date) -> dict[str, Rows]:
    """Two accounts buy every week; lately both complain of one product, A100 of the same one twice."""
    sold: Rows = [
        {"account_id": account, "ordered_on": as_of - timedelta(days=day), "amount": 100,
         "order_id": f"{account}-{day}", "product_id": product, "category": "Bolts", "quantity": 200}
        for account in ("A100", "A103") for product in ("P<1>", "P2") for day in range(3, 1090, 7)
    ]  # fmt: skip
    told = [(f"C{n}", "A103", "P2", 60 + 90 * n) for n in range(11)]
    told += [("HIT1", "A100", "P<1>", 5), ("HIT2", "A100", "P<1>", 7)]
    told += [(f"FAR{n}", "A103", "P<1>", 4) for n in range(6)]
    complaints = [
        {"complaint_id": code, "account_id": account, "product_id": product, "kind": "quality",
         "opened_at": datetime.combine(as_of - timedelta(days=day), time(9), UTC),
         "batch": BATCH if day < 10 else None}
        for code, account, product, day in told
    ]  # fmt: skip
    back = {**sold[0], "ordered_on": as_of - timedelta(days=2), "quantity": -30, "kind": "return",
            "amount": -10, "order_id": "BACK"}  # fmt: skip
    return {"order_lines": [*sold, back], "complaints": complaints}


@pytest.fixture
def measured(own_store: None, published: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    book = ledger_of(rows_of(cast.AS_OF))
    monkeypatch.setattr(evidence, "ledger", lambda: book)
    known = Known(book, cast.AS_OF, cast.accounts(), CATEGORIES.empty_table())
    standings(settings.HOME.store).save(ID, measure_standing(known), {})
    show_cards(settings.HOME.store, ID)


@pytest.fixture
def complained(measured: None, people: Any) -> dict[str, Complaint]:
    """A complaint of each account, as they stand at the complaints' desk."""
    found = {}
    with entry(people["dora"]) as book:
        for code, account in (("HIT1", "A100"), ("FAR0", "A103")):
            found[code] = book.add(
                Complaint(complaint_id=code, account_id=account, opened_at=timezone.now(),
                          kind="quality", product_id="P<1>", batch=BATCH)
            )  # fmt: skip
    return found


def plain(response: Any) -> str:
    assert response.status_code == 200
    found = response.content.decode().split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


@pytest.mark.usefixtures("complained")
def test_the_portfolio_of_who_sees_all(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    dora = signed_in("dora")
    dora.get("/quality/")
    with django_assert_max_num_queries(15):
        response = dora.get("/quality/")
    told, page = plain(response), response.content.decode().split("<main", 1)[1]
    for said in (
        "1 out of control",
        "Accounts hit twice",
        BATCH,
        "Production was not asked anything",
    ):
        assert said in told
    assert page.index("P&lt;1&gt;") < page.index(">P2<")  # what is out of control stands first
    assert "P<1>" not in page
    assert "P<1> × 2" in told
    assert page.count('<svg viewBox="0 0 960') == 1
    assert "Nothing is to be mended here." in plain(dora.get("/quality/?size=small&page=x"))


@pytest.mark.usefixtures("complained")
def test_one_product_its_chart_batches_and_accounts(
    signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    dora = signed_in("dora")
    dora.get("/quality/product/P%3C1%3E/")
    with django_assert_max_num_queries(15):
        response = dora.get("/quality/product/P%3C1%3E/")
    told = plain(response)
    assert "Out of control" in told
    assert "there were more complaints and returns than chance explains" in told
    assert 'class="alarm"' in response.content.decode()
    assert told.count("FAR") == 6
    file = dora.get("/quality/product/P%3C1%3E/months.csv").content.decode("utf-8-sig")
    assert "Above the limit" in file
    assert dora.get("/quality/product/none/").status_code == 404


@pytest.mark.usefixtures("complained")
def test_managers_see_their_own_accounts_and_no_sums(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    told = plain(minsu.get("/quality/"))
    assert "Harbour Hardware Ltd" in told
    assert "한빛산업" not in told
    assert "By product" not in told
    product = plain(minsu.get("/quality/product/P%3C1%3E/"))
    assert "HIT1" in product
    assert "FAR" not in product
    assert "한빛산업" not in product
    assert minsu.get("/quality/product/P2/").status_code == 404  # none of theirs complained of it
    assert minsu.get("/quality/product/P%3C1%3E/months.csv").status_code == 404
    for table in ("products", "batches", "sizes", "nonsense"):
        assert minsu.get(f"/quality/{table}.csv").status_code == 404
    for table in ("accounts", "twice"):
        file = minsu.get(f"/quality/{table}.csv").content.decode("utf-8-sig")
        assert "A100" in file
        assert "A103" not in file
    assert minsu.get("/account/A103/quality/").status_code == 404
    assert minsu.get("/account/A103/quality.csv").status_code == 404


@pytest.mark.usefixtures("complained")
def test_one_account_its_card_and_cases(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    minsu = signed_in("minsu")
    minsu.get("/account/A100/quality/")
    with django_assert_max_num_queries(15):
        told = plain(minsu.get("/account/A100/quality/"))
    assert "P<1> failed them 2 times within a year." in told
    assert "HIT2" in told
    file = minsu.get("/account/A100/quality.csv").content.decode("utf-8-sig")
    assert file.count("\n") == 3
    assert Event.objects.filter(verb="lines.download").count() == 1
    card = plain(minsu.get("/account/A100/"))
    assert "Product quality" in card
    assert "bought nothing in the last year" in plain(minsu.get("/account/A101/quality/"))


@pytest.mark.usefixtures("measured")
def test_every_table_is_a_file(signed_in: Any) -> None:
    dora = signed_in("dora")
    for table in ("accounts", "twice", "answers", "sizes", "products", "batches", "doubts"):
        assert dora.get(f"/quality/{table}.xlsx").content[:2] == b"PK"
        lines = dora.get(f"/quality/{table}.csv").content.decode("utf-8-sig").splitlines()
        assert (len(lines) > 1) == (table not in ("answers", "doubts"))
        assert dora.get(f"/quality/{table}.pdf").status_code == 404


def test_one_tap_asks_production_and_the_answer_comes_back(
    signed_in: Any, complained: dict[str, Complaint], django_capture_on_commit_callbacks: Any
) -> None:
    minsu, mine = signed_in("minsu"), complained["HIT1"]
    page = f"/complaints/{mine.pk}/"
    assert "Ask production" in plain(minsu.get(page))
    with django_capture_on_commit_callbacks(execute=True):
        sent = minsu.post("/quality/ask/", {"complaint": "HIT1", "once": "o1"}, follow=True)
    assert sent.redirect_chain[-1][0] == page
    action = CorrectiveAction.objects.get()
    assert (action.product_id, action.batch, action.complaint_id) == ("P<1>", BATCH, "HIT1")
    assert (action.answer_due_on - action.asked_on).days == 10
    assert "due in 10 days" in plain(minsu.get(page))
    again = minsu.post("/quality/ask/", {"complaint": "HIT1", "once": "o2"}, follow=True)
    assert "Production was asked already, on" in plain(again)
    assert CorrectiveAction.objects.count() == 1
    assert engine.facts_known(settings.HOME, "corrective_actions").num_rows == 1
    # Overdue stands first, answered becomes a lesson, closed is kept.
    today = timezone.localdate()
    CorrectiveAction.objects.update(
        asked_on=today - timedelta(days=20), answer_due_on=today - timedelta(days=3)
    )
    assert "3 days overdue" in plain(minsu.get("/quality/"))
    form = {"once": "o3", "seen": "1", "product_id": "P<1>", "batch": BATCH, "complaint_id": "HIT1",
            "asked_on": str(today - timedelta(days=20)), "answer_due_on": str(today),
            "answered_on": str(today), "root_cause": "A worn die", "lesson": "Check it weekly"}  # fmt: skip
    changed = minsu.post(f"/known/corrective_actions/{action.pk}/", form)
    assert changed.status_code == 302
    told = plain(minsu.get("/quality/"))
    assert "Check it weekly" in told
    assert "No answer of production is due." in told


def test_answers_on_complaints_of_others_are_not_seen(
    signed_in: Any, complained: dict[str, Complaint]
) -> None:
    dora, minsu = signed_in("dora"), signed_in("minsu")
    dora.post("/quality/ask/", {"complaint": "FAR0", "once": "o1"})
    dora.post("/quality/ask/", {"product": "P2", "once": "o2"})
    far, whole = CorrectiveAction.objects.order_by("pk")
    assert "FAR0" in plain(dora.get("/quality/"))
    for address in ("/quality/", "/known/corrective_actions/", "/account/A100/quality/"):
        assert "FAR0" not in plain(minsu.get(address))
    assert "FAR0" not in minsu.get("/quality/answers.csv").content.decode("utf-8-sig")
    assert minsu.get(f"/known/corrective_actions/{far.pk}/").status_code == 404
    assert minsu.get(f"/known/corrective_actions/{whole.pk}/").status_code == 200
    assert minsu.post("/quality/ask/", {"complaint": "FAR0", "once": "o3"}).status_code == 404
    assert minsu.post("/quality/ask/", {"product": "P2", "once": "o4"}).status_code == 404
    assert minsu.post("/quality/ask/", {"once": "o5"}).status_code == 404
    today = str(timezone.localdate())
    form = {"once": "o6", "complaint_id": "FAR0", "asked_on": today, "answer_due_on": today}
    minsu.post("/known/corrective_actions/add/", form)
    assert CorrectiveAction.objects.count() == 2
    assert signed_in("fatima").post("/quality/ask/", {"product": "P2"}).status_code == 403


@pytest.mark.usefixtures("complained")
def test_a_batch_is_asked_of_once_and_only_where_it_is_known(signed_in: Any) -> None:
    dora = signed_in("dora")
    forged = {"product": "P<1>", "batch": "no such", "once": "b0"}
    assert dora.post("/quality/ask/", forged).status_code == 404
    dora.post("/quality/ask/", {"product": "P<1>", "batch": BATCH, "once": "b1"})
    assert CorrectiveAction.objects.get().batch == BATCH
    for page in ("/quality/", "/quality/product/P%3C1%3E/"):
        assert "asked on" in plain(dora.get(page))


@pytest.mark.usefixtures("own_store", "published")
def test_where_nothing_was_measured_the_page_says_what_answers_it(signed_in: Any) -> None:
    for address in ("/quality/", "/account/A100/quality/"):
        assert "Complaints of quality answer this page" in plain(signed_in("dora").get(address))
    assert signed_in("dora").get("/quality/products.csv").status_code == 404


@pytest.mark.usefixtures("published")
def test_an_answer_due_before_it_is_asked_can_not_be(signed_in: Any) -> None:
    form = {
        "once": "o1",
        "product_id": "P",
        "asked_on": "2026-02-10",
        "answer_due_on": "2026-02-01",
    }
    sent = signed_in("dora").post("/known/corrective_actions/add/", form)
    assert "This day is before the day on which it begins." in html.unescape(sent.content.decode())
