"""The complaints' desk as its users meet it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints import repeated
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rights import Seen

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def text(response: Any) -> str:
    page = response.content.decode()
    return re.sub(r"\s+", " ", page)


@pytest.fixture
def minsu(signed_in: Any, published: Any, staff: None) -> Client:
    return signed_in("minsu")


def act(client: Client, one: Complaint, what: str, **typed: Any) -> Any:
    seen = Complaint.objects.get(pk=one.pk).version
    return client.post(f"/complaints/{one.pk}/{what}/", {"seen": seen, **typed})


def test_the_most_urgent_clock_stands_on_top(minsu: Client, complaint: Any) -> None:
    complaint(hours_ago=0.2, severity=3, text="Calm one")
    complaint(hours_ago=50, severity=3, text="Burning one", account_id="A101")
    complaint(hours_ago=9, severity=3, text="Foreign one", account_id="A103")
    page = text(minsu.get("/complaints/"))
    assert page.index("Burning one") < page.index("Calm one")
    assert "late by 2 days" in page
    assert "1 h 47 min left" in page or "1 h 48 min left" in page
    assert "Foreign one" not in page


def test_views_and_filters_narrow_and_count(minsu: Client, complaint: Any) -> None:
    complaint(severity=3, text="Mine and calm")
    complaint(hours_ago=50, severity=3, text="Overdue of another", owner_id="S2")
    complaint(kind="invoice", severity=1, text="Bill of another", owner_id="S2")
    complaint(text="Solved", solved_at=timezone.now())
    shown = {
        "": {"Mine and calm", "Overdue of another", "Bill of another"},
        "?view=mine": {"Mine and calm"},
        "?view=overdue": {"Overdue of another"},
        "?view=escalated": set(),
        "?view=waiting": {"Solved<"},
        "?kind=invoice": {"Bill of another"},
        "?severity=3": {"Mine and calm", "Overdue of another"},
        "?severity=3&kind=invoice": set(),
        "?view=nonsense&severity=x&page=-3": {"Mine and calm", "Overdue of another", "Bill of another"},
    }  # fmt: skip
    every = {"Mine and calm", "Overdue of another", "Bill of another", "Solved<"}
    for query, expected in shown.items():
        page = text(minsu.get(f"/complaints/{query}"))
        assert {name for name in every if f">{name}" in page} == expected, query
    counts = re.findall(r'<span class="count[^"]*">(\d+)<', text(minsu.get("/complaints/")))
    assert counts == ["3", "1", "1", "0", "1"]


def test_the_list_alone_is_sent_every_minute(minsu: Client, complaint: Any) -> None:
    made = complaint(text="Leaks")
    part = minsu.get(
        "/complaints/?view=mine", headers={"HX-Request": "true", "HX-Target": "clocks"}
    )
    page = text(part)
    assert "<html" not in page
    assert 'hx-get="?view=mine" hx-trigger="every 60s"' in page
    assert f'id="c{made.pk}"' in page  # htmx gives the focus back to what has an id


def test_further_pages(minsu: Client, complaint: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("mainstay.desk.complaints.queries.PAGE", 2)
    for n in range(3):
        complaint(hours_ago=10 - n, severity=3, text=f"Number {n}")
    first, second = (text(minsu.get(f"/complaints/?page={n}")) for n in (1, 2))
    assert "Number 2" not in first
    assert 'rel="next" href="?page=2"' in first
    assert "Number 2" in second


def test_a_complaint_is_worked_to_its_end(minsu: Client, complaint: Any) -> None:
    made = complaint(text="The seal leaks")
    assert "Written down: answered" in text(
        minsu.get(act(minsu, made, "answer").headers["Location"])
    )
    act(minsu, made, "on_site", word="They had mounted it upside down.")
    refused = act(minsu, made, "solve")
    assert refused.status_code == 422
    act(minsu, made, "solve", root_cause="Wrong seal in the box")
    assert "Does the customer accept it?" in text(minsu.get(f"/complaints/{made.pk}/"))
    act(minsu, made, "refuse", word="Still drips")
    made.refresh_from_db()
    assert (made.solved_at, made.accepted_by_customer) == (None, False)
    assert Clock.objects.get(pk=made.pk).what == "solve"
    act(minsu, made, "solve", root_cause="Wrong seal, and a scratch")
    act(minsu, made, "accept")
    made.refresh_from_db()
    assert (made.root_cause, made.accepted_by_customer) == ("Wrong seal, and a scratch", True)
    assert not Clock.objects.filter(pk=made.pk).exists()
    page = text(minsu.get(f"/complaints/{made.pk}/"))
    for said in ("upside down", "Still drips", "김민수", "accepted", "Wrong seal in the box"):
        assert said in page
    act(minsu, made, "reopen")
    assert Clock.objects.get(pk=made.pk).what == "solve"


def test_a_question_needs_no_root_cause(minsu: Client, complaint: Any) -> None:
    made = complaint(kind="question", text="Which seal?")
    assert act(minsu, made, "solve").status_code == 302
    assert Complaint.objects.get(pk=made.pk).solved_at is not None


def test_what_is_late_asks_for_a_word_and_needs_none(minsu: Client, complaint: Any) -> None:
    made = complaint(hours_ago=30 * 24)
    assert "say what held it up" in text(minsu.get(f"/complaints/{made.pk}/"))
    assert act(minsu, made, "answer").status_code == 302
    on_time = complaint()
    assert "say what held it up" not in text(minsu.get(f"/complaints/{on_time.pk}/"))


def test_a_step_may_have_been_done_at_another_moment(minsu: Client, complaint: Any) -> None:
    made = complaint(hours_ago=5)
    then = timezone.localtime() - timedelta(hours=2)
    act(minsu, made, "answer", at=f"{then:%Y-%m-%dT%H:%M}")
    made.refresh_from_db()
    assert made.first_answer_at == then.replace(second=0, microsecond=0)
    for at, said in (
        (timezone.localtime() + timedelta(days=1), "still to come"),
        (timezone.localtime() - timedelta(days=3), "before the complaint was opened"),
    ):
        answer = act(
            minsu, made, "solve", at=f"{at:%Y-%m-%dT%H:%M}", root_cause="Seal", word="Noted"
        )
        assert answer.status_code == 422
        assert said in text(answer)
        assert "Noted" in text(answer)


def test_handing_over(minsu: Client, complaint: Any, signed_in: Any) -> None:
    made = complaint()
    act(minsu, made, "hand", owner_id="S9", word="Please look at the batch")
    made.refresh_from_db()
    assert made.owner_id == "S9"
    assert Clock.objects.get(pk=made.pk).owner_id == "S9"
    page = text(minsu.get(f"/complaints/{made.pk}/"))
    assert "Helen Service" in page
    assert act(minsu, made, "hand", owner_id="nobody").status_code == 422


def test_the_second_of_two_sees_what_the_first_did(
    minsu: Client, signed_in: Any, complaint: Any
) -> None:
    made = complaint()
    signed_in("dora").post(f"/complaints/{made.pk}/hand/", {"seen": 1, "owner_id": "S9"})
    answer = minsu.post(
        f"/complaints/{made.pk}/solve/", {"seen": 1, "root_cause": "A long story", "once": "x"}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "Dora Lin changed this meanwhile" in page
    assert "A long story" in page
    assert 'name="seen" value="2"' in page
    # One that answers twice is told that it is done.
    act(minsu, made, "answer")
    assert "done already" in text(act(minsu, made, "answer"))
    # The same form sent twice from a bad line is written once.
    for _ in range(2):
        done = minsu.post(
            f"/complaints/{made.pk}/on_site/", {"seen": 3, "once": "y"}, headers={"X-Draft": "1"}
        )
        assert done.headers["X-Draft"] == "clear"
    assert Event.objects.filter(verb="complaints.change").count() == 3


def test_on_site_is_offered_where_a_standard_asks_for_it(
    minsu: Client, signed_in: Any, complaint: Any
) -> None:
    """“On site now” stood first among what to do about a question."""

    def offered(made: Any) -> bool:
        return (
            f"/complaints/{made.pk}/on_site/"
            in minsu.get(f"/complaints/{made.pk}/").content.decode()
        )

    asked = complaint(kind="question", severity=1)
    assert not offered(asked)
    assert offered(complaint())
    own = {
        "kind": "question",
        "severity": "1",
        "answer_within": "2",
        "solve_within": "9",
        "on_site_within": "4",
    }
    assert signed_in("dora").post("/known/service_standards/add/", own).status_code == 302
    assert offered(asked)


def test_complaints_of_others_are_not_there(minsu: Client, complaint: Any) -> None:
    made = complaint(account_id="A103", text="Secret", product_id="Pump-nine")
    complaint(account_id="A103", text="Secret", product_id="Pump-nine")
    assert minsu.get(f"/complaints/{made.pk}/").status_code == 404
    assert act(minsu, made, "answer").status_code == 404
    assert minsu.get("/complaints/new/?account=A103").status_code == 404
    assert minsu.post("/complaints/new/?account=A103", {"kind": "quality"}).status_code == 404
    for address in ("", "?view=overdue", "production/", "production/complaints.csv"):
        page = minsu.get(f"/complaints/{address}").content.decode("utf-8-sig")
        assert "Secret" not in page
        assert "Pump-nine" not in page
    assert "한빛산업" not in text(minsu.get("/complaints/new/?q=한빛"))
    assert Complaint.objects.get(pk=made.pk).version == 1


TYPED = {"kind": "quality", "severity": "2", "text": "It leaks", "opened_at": "2026-03-02T10:00"}


def test_taking_one_down(minsu: Client, complaint: Any) -> None:
    assert "?account=A100" in text(minsu.get("/complaints/new/?q=harbour"))
    complaint(product_id="P1", batch="B7")
    form = text(minsu.get("/complaints/new/?account=A100"))
    assert 'list="products"' in form
    typed = {**TYPED, "product_id": "P1", "batch": "B7", "answered": "on", "once": "a"}
    answer = minsu.post("/complaints/new/?account=A100", typed)
    made = Complaint.objects.get(text="It leaks")
    assert answer.headers["Location"] == f"/complaints/{made.pk}/"
    assert made.first_answer_at == made.opened_at
    assert (made.account_id, made.product_id, made.batch) == ("A100", "P1", "B7")
    assert Clock.objects.filter(pk=made.pk).exists()
    again = minsu.post("/complaints/new/?account=A100", typed)
    assert again.headers["Location"] == f"/complaints/{made.pk}/"
    assert Complaint.objects.filter(text="It leaks").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "required"),
        ({"text": "x" * 10_000}, "longer than 4000 letters"),
        ({"product_id": "P" * 10_000}, "longer than 200 letters"),
        ({"kind": "fury"}, "Select a valid choice"),
        ({"opened_at": "2999-01-01T10:00"}, "has not happened yet"),
    ],
)
def test_what_cannot_be_is_refused(minsu: Client, typed: dict[str, str], said: str) -> None:
    answer = minsu.post("/complaints/new/?account=A100", {**TYPED, "batch": "B-kept", **typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "B-kept" in text(answer)
    assert not Complaint.objects.exists()


def test_hostile_texts_stay_texts(minsu: Client, complaint: Any) -> None:
    bad = '<script>alert(1)</script>"\u202e\0'
    minsu.post(
        "/complaints/new/?account=A100",
        {**TYPED, "text": bad, "product_id": '"><i>evil', "batch": bad},
    )
    made = Complaint.objects.get()
    act(minsu, made, "answer", word=bad)
    minsu.post(
        "/complaints/new/?account=A100",
        {**TYPED, "text": bad, "product_id": '"><i>evil', "once": "2"},
    )
    for address in (
        "",
        f"{made.pk}/",
        "production/",
        "new/?q=<script>alert(1)",
        "?view=<script>alert(1)",
    ):
        page = text(minsu.get(f"/complaints/{address}"))
        assert "<script>alert(1)" not in page
        assert "\u202e" not in page
        assert "<i>evil" not in page


def test_what_production_answers(minsu: Client, complaint: Any) -> None:
    for batch in ("B1", "B1", "B2"):
        complaint(product_id="P1", batch=batch, text="It leaks", root_cause="Seal")
    complaint(product_id="P1", kind="question", text="Not a complaint")
    complaint(product_id="P2", text="Once only")
    complaint(
        product_id="Pump-three", hours_ago=100 * 24, text="Long ago", solved_at=timezone.now()
    )
    complaint(product_id="Pump-three", hours_ago=99 * 24, text="Long ago", solved_at=timezone.now())
    page = text(minsu.get("/complaints/production/"))
    assert 'B1 <b class="late">×2</b>' in page
    assert "Once only" in page
    assert "Not a complaint" not in page
    assert "Long ago" not in page
    assert "Pump-three" not in page
    lines = minsu.get("/complaints/production/complaints.csv").content.decode("utf-8-sig")
    rows = lines.strip().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["P1", "P1", "P1", "P2"]
    assert rows[0].startswith("Product,Name of the product,Batch,Root cause")
    assert minsu.get("/complaints/production/complaints.xlsx").content[:2] == b"PK"
    assert minsu.get("/complaints/production/complaints.exe").status_code == 404
    assert Event.objects.filter(verb="complaints.download").count() == 2


def test_of_many_repeated_products_the_most_often_ones_are_shown(
    minsu: Client, complaint: Any, people: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(repeated, "ON_TOP", 1)
    for code, times in (("P1", 2), ("P2", 3)):
        for n in range(times):
            solved = timezone.now() if n else None
            complaint(product_id=code, batch=f"{code}-{n % 2}", hours_ago=n + 1, solved_at=solved)
    complaint(product_id="P2", account_id="A101", kind="question")
    table = text(minsu.get("/complaints/production/")).split('id="lines-h"')[0]
    assert "Shown is the 1 most often complained of." in table
    assert "<b>P2</b>" in table
    assert "<b>P1</b>" not in table
    assert 'P2-0 <b class="late">×2</b>' in table
    assert "P2-1 <b>×1</b>" in table
    monkeypatch.setattr(repeated, "ON_TOP", 2)
    cache.clear()
    page = text(minsu.get("/complaints/production/"))
    assert "Shown " not in page
    assert "<b>P1</b>" in page
    # Complained of, and of that open: 3 and 1 of P2; a question is no complaint.
    found = {
        one.product_id: one for one in repeated.repeated(Seen.by(people["minsu"]), timezone.now())
    }
    assert [(o.complaints, o.open, o.accounts) for o in (found["P2"], found["P1"])] == [
        (3, 1, 1),
        (2, 1, 1),
    ]


def test_the_orders_affected_are_those_of_who_complained(
    minsu: Client, complaint: Any, monkeypatch: Any
) -> None:
    import pyarrow as pa

    from mainstay import engine

    today = timezone.localdate()

    def lines(_ledger: Any, ids: list[str], first: Any) -> pa.Table:
        assert ids == ["A100", "A101"]
        rows = [("A100", "P1", n, 5.0) for n in (1, 2, 2, 3)] + [("A101", "P1", 1, 5.0)]
        rows += [("A101", "P1", 9, -5.0), ("A101", "P2", 1, 5.0)]
        return pa.Table.from_pylist(
            [
                {
                    "account_id": a,
                    "product_id": p,
                    "ordered_on": today - timedelta(days=d),
                    "amount": m,
                }
                for a, p, d, m in rows
            ]
        )

    monkeypatch.setattr(engine, "account_lines", lines)
    complaint(product_id="P1")
    complaint(product_id="P1", account_id="A101")
    page = text(minsu.get("/complaints/production/?orders=1", headers={"HX-Target": "repeated"}))
    assert "<html" not in page
    assert "50%" in page
    assert "of 4 orders" in page


def test_the_navigation_counts_what_is_escalated(minsu: Client, complaint: Any) -> None:
    assert 'hx-get="/complaints/badge/" hx-trigger="load"' in text(minsu.get("/accounts/"))
    assert text(minsu.get("/complaints/badge/")).strip() == ""
    for _ in range(2):
        complaint(hours_ago=1.9, severity=3)
    assert 'class="badge">2<' in text(minsu.get("/complaints/badge/"))
    assert "with whoever works on it" in text(minsu.get("/complaints/?view=escalated"))


def test_the_panel_of_an_account(
    minsu: Client, complaint: Any, rf: Any, people: Any, django_assert_num_queries: Any
) -> None:
    from django.template.loader import render_to_string

    for n in range(4):
        complaint(hours_ago=n, severity=3, text=f"Number {n}")
    request = rf.get("/")
    request.user = people["minsu"]
    account = {"account_id": "A100", "name": "Harbour"}
    with django_assert_num_queries(2):
        page = render_to_string("complaints/_of_account.html", {"account": account}, request)
    assert page.index("Number 3") < page.index("Number 0")
    assert "late by" in page
    empty = {"account": {**account, "account_id": "A101"}}
    assert "Nothing is open" in render_to_string("complaints/_of_account.html", empty, request)


def test_pages_ask_few_questions(
    minsu: Client, signed_in: Any, complaint: Any, django_assert_max_num_queries: Any
) -> None:
    made = [complaint(product_id=f"P{n % 3}", batch="B", hours_ago=n) for n in range(30)]
    act(minsu, made[0], "answer", word="Done")
    pages = [
        "",
        "?view=escalated",
        f"{made[0].pk}/",
        "new/?q=a",
        "new/?account=A100",
        "production/?orders=1",
    ]
    for page in pages:
        with django_assert_max_num_queries(15):
            minsu.get(f"/complaints/{page}")
    dora = signed_in("dora")
    with django_assert_max_num_queries(15):
        dora.get("/complaints/settings/")


def test_who_sees_nothing_gets_an_empty_desk(signed_in: Any, complaint: Any) -> None:
    complaint(text="Leaks")
    page = text(signed_in("nobody").get("/complaints/?view=mine"))
    assert "You have no staff code" in page
    assert "Leaks" not in page
