"""A review from its proposal to what changes, as its users meet it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.words import BY_FAMILY, CHOICES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HEARD = {
    "interviewed_on": str(timezone.localdate()),
    "interviewed_by": "S9",
    "interview_way": "meeting",
    "customer_reason": "delivery.late",
    "customer_text": "We waited three weeks, twice.",
}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def act(client: Client, one: Review, step: str, **typed: Any) -> Any:
    seen = Review.objects.get(pk=one.pk).version
    return client.post(f"/reviews/{one.pk}/{step}/", {"seen": seen, **typed})


def shown(client: Client, one: Review) -> str:
    return text(client.get(f"/reviews/{one.pk}/"))


@pytest.fixture
def dora(signed_in: Any, published: Any, staff: None) -> Client:
    return signed_in("dora")


@pytest.fixture
def wei(signed_in: Any, published: Any, staff: None) -> Client:
    """The manager of A102."""
    return signed_in("wei")


def test_proposed_with_a_reason_and_opened_with_one_tap(wei: Client) -> None:
    page = text(wei.get("/reviews/"))
    assert "华东机电有限公司" in page
    assert "Harbour Hardware" not in page  # another manager's
    assert not Review.objects.exists()
    opened = wei.post("/reviews/open/", {"account": "A102", "review_as": "lost"})
    one = Review.objects.get()
    assert opened.headers["Location"] == f"/reviews/{one.pk}/"
    assert (one.kind, one.scope, one.salesperson_id) == ("lost", "complete", "S2")
    assert one.onset_on == date(2025, 6, 18)
    assert "Whom to review next" in text(wei.get("/reviews/"))
    assert 'value="A102"' not in text(wei.get("/reviews/"))
    again = wei.post("/reviews/open/", {"account": "A102", "review_as": "lost"}, follow=True)
    assert "open already" in text(again)
    assert Review.objects.count() == 1
    assert Event.objects.filter(verb="reviews.add").count() == 1


def test_only_serious_cases_of_core_accounts_are_proposed(dora: Client, review: Any) -> None:
    page = text(dora.get("/reviews/"))
    proposed = set(re.findall(r'name="account" value="([^"]+)"', page))
    # Late and slipping ones with a fifth at risk, one that told us, one lost; healthy core ones; the new one.
    assert proposed == {"A100", "A101", "A102", "A107", "A103", "00123", "A104"}
    review(account_id="A100", kind="slipping", confirmed_on=timezone.localdate())
    review(account_id="A103", kind="healthy", confirmed_on=timezone.localdate())
    review(account_id="A104", kind="new", confirmed_on=timezone.localdate())
    page = text(dora.get("/reviews/"))
    assert set(re.findall(r'name="account" value="([^"]+)"', page)) == {
        "A101",
        "A102",
        "A107",
        "00123",
    }


def test_a_review_from_our_view_to_what_changes(dora: Client, wei: Client, review: Any) -> None:
    one = review()
    assert act(wei, one, "ours", salesperson_reason="competitor.price").status_code == 302
    assert act(dora, one, "interview", **HEARD).status_code == 302
    page = shown(wei, one)
    assert "We see it otherwise than they do" in page
    assert "“A competitor&#x27;s price”" in page
    assert "We waited three weeks, twice." in page
    act(wei, one, "whys", why_1="They waited", why_2="Stock was not reserved")
    act(wei, one, "finding", root_cause="delivery.late", prevention="Reserve stock")
    due = timezone.localdate() + timedelta(days=30)
    act(wei, one, "change", change_text="Reserve", change_owner_id="S1", change_due_on=due)
    one.refresh_from_db()
    assert (one.stage(asked=False), one.natural, one.curable) == ("confirm", False, True)
    assert act(wei, one, "confirm").status_code == 302
    one.refresh_from_db()
    assert one.confirmed_on is None  # a manager proposes
    act(dora, one, "confirm")
    one.refresh_from_db()
    assert (one.stage(asked=False), one.confirmed_by) == ("done", "dora")
    page = shown(wei, one)
    for said in ("Stock was not reserved", "Reserve stock", "김민수", "Confirmed on"):
        assert said in page


def test_what_they_say_is_hidden_until_we_have_said_what_we_think(
    dora: Client, wei: Client, review: Any
) -> None:
    one = review(customer_reason="delivery.late", customer_text="Three weeks!")
    for page in (
        shown(wei, one),
        text(wei.get("/known/reviews/")),
        text(wei.get(f"/known/reviews/{one.pk}/")),
    ):
        assert "Three weeks!" not in page
    assert "They have said something" in shown(wei, one)
    assert act(wei, one, "interview", **HEARD).status_code == 404
    assert "Three weeks!" in shown(dora, one)
    act(wei, one, "ours", salesperson_reason="unknown")
    assert "Three weeks!" in shown(wei, one)
    assert "Three weeks!" in text(wei.get("/known/reviews/"))


def test_the_accounts_own_manager_cannot_hold_the_talk(dora: Client, review: Any) -> None:
    one = review(salesperson_reason="competitor.price")
    refused = act(dora, one, "interview", **{**HEARD, "interviewed_by": "S2"})
    assert refused.status_code == 422
    assert "Somebody else must ask" in text(refused)
    assert "We waited three weeks" in text(refused)  # what was typed is still there
    refused = dora.post(
        f"/known/reviews/{one.pk}/",
        {
            "seen": 1,
            "account_id": "A102",
            "opened_on": one.opened_on,
            "kind": "lost",
            "interviewed_by": "S2",
        },
    )
    assert refused.status_code == 422
    one.refresh_from_db()
    assert one.interviewed_by is None


def test_a_confirmed_review_is_read_by_its_manager_and_says_why(
    dora: Client, wei: Client, review: Any
) -> None:
    one = review(root_cause="delivery.late", why_1="They waited", salesperson_reason="unknown")
    form = f"/known/reviews/{one.pk}/"
    assert ">Save<" in text(wei.get(form))
    act(dora, one, "confirm")
    for address in (form, f"{form}withdraw/"):
        page = text(wei.get(address))
        assert "This review is confirmed" in page
        assert "They waited" in page
        for word in (">Save<", ">Take back<", "<textarea", '<form method="post" class="fact"'):
            assert word not in page, (address, word)
        assert ">Save<" in text(dora.get(form))
        assert "This review is confirmed" not in text(dora.get(address))
    # Whoever had the form open before is told the same.
    seen = Review.objects.get(pk=one.pk).version
    sent = {"seen": seen, "opened_on": one.opened_on, "kind": "lost", "why_1": "Another"}
    refused = wei.post(form, sent)
    assert refused.status_code == 422
    assert "This review is confirmed" in text(refused)
    assert ">Save<" not in text(refused)
    one.refresh_from_db()
    assert one.why_1 == "They waited"
    # On its own page stands what may still be written: what changes.
    page = shown(wei, one)
    assert page.count(">Save<") == 1
    assert f'action="/reviews/{one.pk}/change/"' in page
    act(dora, one, "reopen")
    assert ">Save<" in text(wei.get(form))


def test_two_causes_or_none_but_not_both(dora: Client, review: Any) -> None:
    one = review()
    for typed in (
        {"root_cause": "delivery.late", "nothing_found": "on"},
        {"second_cause": "delivery.late"},
        {"root_cause": "delivery.late", "second_cause": "delivery.late"},
        {"root_cause": "nonsense"},
    ):
        assert act(dora, one, "finding", **typed).status_code == 422, typed
    act(dora, one, "finding", root_cause="delivery.late", second_cause="product.quality")
    one.refresh_from_db()
    assert (one.root_cause, one.second_cause) == ("delivery.late", "product.quality")
    act(dora, one, "finding", nothing_found="on")
    one.refresh_from_db()
    assert (one.root_cause, one.second_cause, one.nothing_found) == (None, None, True)
    assert act(dora, one, "confirm").status_code == 302
    one.refresh_from_db()
    assert one.confirmed_on == timezone.localdate()


def test_nothing_is_confirmed_before_something_is_found(dora: Client, review: Any) -> None:
    one = review()
    page = text(dora.post(f"/reviews/{one.pk}/confirm/", {"seen": one.version}, follow=True))
    assert "Say first what it was" in page
    one.refresh_from_db()
    assert one.confirmed_on is None


def test_what_is_confirmed_is_frozen_for_managers_by_every_way(
    dora: Client, wei: Client, review: Any
) -> None:
    one = review(root_cause="delivery.late", confirmed_on=timezone.localdate())
    assert act(wei, one, "finding", root_cause="competitor.price").status_code == 404
    sent = {"seen": 1, "opened_on": one.opened_on, "kind": "lost", "root_cause": "competitor.price"}
    refused = wei.post(f"/known/reviews/{one.pk}/", sent)
    assert "This review is confirmed" in text(refused)
    wei.post(f"/known/reviews/{one.pk}/withdraw/", {"seen": 1})
    one.refresh_from_db()
    assert one.root_cause == "delivery.late"
    act(wei, one, "reopen")
    one.refresh_from_db()
    assert one.confirmed_on is not None
    act(dora, one, "reopen")
    one.refresh_from_db()
    assert one.confirmed_on is None
    assert act(wei, one, "finding", root_cause="competitor.price").status_code == 302


@pytest.mark.parametrize("username", ["sora", "quentin", "suyin", "fatima", "ana"])
def test_others_read_where_they_see_the_account(username: str, signed_in: Any, review: Any) -> None:
    client, one = signed_in(username), review(account_id="A100", salesperson_id="S1")
    page = text(client.get(f"/reviews/{one.pk}/"))
    assert "Harbour Hardware" in page
    assert "<textarea" not in page
    assert act(client, one, "ours", salesperson_reason="unknown").status_code == 403
    assert (
        client.post("/reviews/open/", {"account": "A101", "review_as": "lost"}).status_code == 403
    )


def test_another_managers_review_is_not_there(signed_in: Any, review: Any) -> None:
    one, minsu = review(), signed_in("minsu")
    for address in (f"/reviews/{one.pk}/", f"/reviews/{one.pk}/box/"):
        assert minsu.get(address).status_code == 404
    assert act(minsu, one, "ours", salesperson_reason="unknown").status_code == 404
    refused = minsu.post("/reviews/open/", {"account": "A103", "review_as": "healthy"})
    assert refused.status_code == 404
    assert "华东机电" not in text(minsu.get("/reviews/?stage=open"))


def test_two_who_write_at_once_lose_nothing(dora: Client, wei: Client, review: Any) -> None:
    one = review()
    act(dora, one, "finding", root_cause="delivery.late")
    late = wei.post(f"/reviews/{one.pk}/finding/", {"seen": 1, "root_cause": "money.price_rise"})
    assert late.status_code == 422
    assert "Dora Lin changed this meanwhile" in text(late)
    one.refresh_from_db()
    assert one.root_cause == "delivery.late"


def test_what_changes_stands_in_its_owners_list(dora: Client, signed_in: Any, review: Any) -> None:
    minsu = signed_in("minsu")  # S1, who does not look after A102
    past = timezone.localdate() - timedelta(days=3)
    one = review(change_text="Reserve stock", change_owner_id="S1", change_due_on=past)
    review(account_id="A103", change_text="Of another", change_owner_id="S2")
    page = text(minsu.get("/reviews/changes/"))
    assert "Reserve stock" in page
    assert "1 overdue" in page
    assert "华东机电" not in page  # the change is theirs, the account is not
    assert "Of another" not in page
    assert act(minsu, one, "changed", changed_on="2999-01-01").status_code == 302
    one.refresh_from_db()
    assert one.changed_on is None
    act(minsu, one, "changed", changed_on=str(timezone.localdate()))
    one.refresh_from_db()
    assert one.changed_on == timezone.localdate()
    assert "Reserve stock" not in text(minsu.get("/reviews/changes/"))
    told = Event.objects.get(verb="reviews.change")
    assert told.actor_name == "김민수"


def test_healthy_and_new_ones_take_a_short_form(dora: Client, review: Any) -> None:
    well = review(account_id="A103", kind="healthy")
    page = shown(dora, well)
    assert "Ask why five times" not in page
    assert "Is anything amiss here even so?" in page
    act(dora, well, "finding", nothing_found="on")
    assert act(dora, well, "confirm").status_code == 302
    came = review(account_id="A104", kind="new")
    talk = {k: v for k, v in HEARD.items() if k != "customer_reason"}
    act(dora, came, "interview", **talk, former_supplier_reason="delivery.late")
    act(dora, came, "confirm")
    for one in (well, came):
        one.refresh_from_db()
        assert one.stage(asked=False) == "done"
    assert "It delivered late or too little" in shown(dora, came)


def test_stages_and_kinds_narrow_the_list(dora: Client, review: Any) -> None:
    review(account_id="A100")
    review(account_id="A101", kind="slipping", salesperson_reason="unknown")
    review(account_id="A102", root_cause="delivery.late")
    review(account_id="A103", kind="healthy", confirmed_on=timezone.localdate())
    every = {"A100", "A101", "A102", "A103"}
    names = {"A100": "Harbour", "A101": "林氏", "A102": "华东", "A103": "한빛"}
    asked = {
        "": {"A100", "A101", "A102"},
        "?stage=open": {"A100"},
        "?stage=waiting": {"A101"},
        "?stage=confirm": {"A102"},
        "?stage=done": {"A103"},
        "?kind=slipping": {"A101"},
        "?stage=nonsense&page=x": {"A100", "A101", "A102"},
    }
    for query, expected in asked.items():
        page = text(dora.get(f"/reviews/{query}")).split('id="proposed"')[0]
        assert {a for a in every if f">{names[a]}" in page} == expected, query


def test_hostile_texts_are_shown_as_they_are_and_not_too_long(dora: Client, review: Any) -> None:
    one = review(kind="slipping")
    nasty = '<script>alert(1)</script>"\x00'
    act(dora, one, "ours", salesperson_reason="unknown", salesperson_text=nasty)
    page = shown(dora, one)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    long = act(dora, one, "whys", why_1="x" * 4_001)
    assert long.status_code == 422
    assert "longer than 4000 letters" in text(long)


def test_an_account_that_no_assessment_knows_does_no_harm(dora: Client, review: Any) -> None:
    one = review(account_id="A102", salesperson_reason="unknown")
    Review.objects.filter(pk=one.pk).update(account_id="NO/SUCH ?")  # as files bring it
    assert "does not know this account" in shown(dora, one)
    assert dora.get(f"/reviews/{one.pk}/box/").status_code == 404
    assert "NO/SUCH ?" in text(dora.get("/reviews/"))
    assert act(dora, one, "finding", nothing_found="on").status_code == 404
    Review.objects.update(nothing_found=True)
    refused = text(dora.post(f"/reviews/{one.pk}/confirm/", {"seen": 1}, follow=True))
    assert "not among those that you look after" in refused


def test_a_review_stands_on_the_accounts_page_and_in_its_timeline(
    dora: Client, review: Any
) -> None:
    today = timezone.localdate()
    one = review(root_cause="delivery.late", onset_on=today, confirmed_on=today)
    assert f'href="/reviews/{one.pk}/"' in text(dora.get("/account/A102/"))
    line = text(dora.get("/account/A102/timeline/?show=reviews"))
    assert "Review opened" in line
    assert "We delivered late" in line
    assert f'href="/reviews/{one.pk}/"' in line
    assert "Review opened" in text(dora.get(f"/reviews/{one.pk}/box/"))


def test_every_cause_is_offered_once_grouped_by_family() -> None:
    offered = [name for _, names in BY_FAMILY for name in names]
    assert offered == [*engine.CAUSES_BY_NAME, engine.UNKNOWN]
    for column in ("salesperson_reason", "customer_reason", "root_cause", "second_cause"):
        (known,) = [c for c in engine.columns_of("reviews") if c.name == column]
        assert list(known.choices) == offered
        assert set(CHOICES[column]) == set(offered)
    (former,) = [c for c in engine.columns_of("reviews") if c.name == "former_supplier_reason"]
    assert list(former.choices) == list(CHOICES["former_supplier_reason"])
    assert set(former.choices) <= set(offered)


def test_no_page_asks_the_database_too_often(
    dora: Client, review: Any, django_assert_max_num_queries: Any
) -> None:
    one = review(salesperson_reason="unknown", change_text="Reserve", change_owner_id="S1")
    for n in range(12):
        review(account_id="A100", review_id=f"R{n}", opened_on=date(2025, 1, 1 + n))
    addresses = ["", "?stage=done", "learnt/", "changes/", f"{one.pk}/", f"{one.pk}/box/"]
    for address in addresses:
        dora.get(f"/reviews/{address}")  # what is kept for all is there
        with django_assert_max_num_queries(15):
            dora.get(f"/reviews/{address}")


def test_the_same_form_sent_twice_is_answered_as_the_first_time(dora: Client, review: Any) -> None:
    due = timezone.localdate() + timedelta(days=30)
    change = {"change_text": "Reserve", "change_owner_id": "S1", "change_due_on": due}
    one = review()
    for step, typed in (
        ("ours", {"salesperson_reason": "unknown"}),
        ("finding", {"root_cause": "delivery.late"}),
        ("change", change),
        ("confirm", {}),
        ("changed", {"changed_on": str(timezone.localdate())}),
    ):
        one.refresh_from_db()
        sent = {**typed, "seen": one.version, "once": f"once-{step}"}
        answers = [dora.post(f"/reviews/{one.pk}/{step}/", sent, follow=True) for _ in "12"]
        assert [a.status_code for a in answers] == [200, 200], step
        assert all("message success" in text(a) for a in answers), step
        assert "changed this meanwhile" not in text(answers[1])
        before = one.version
        one.refresh_from_db()
        assert one.version == before + 1, step
    shown_again = shown(dora, one)
    assert 'name="once"' in shown_again


def test_natural_is_only_what_comes_from_their_own_business(dora: Client, review: Any) -> None:
    one = review()
    refused = act(dora, one, "finding", root_cause="competitor.price", natural="True")
    assert refused.status_code == 422
    assert "Natural is what comes from their own business" in text(refused)
    generic = {"seen": 1, "opened_on": one.opened_on, "kind": "lost", "natural": "True"}
    for wrong in ({"root_cause": "delivery.late"}, {"second_cause": "product.fit"}):
        causes = {"root_cause": "own_business.closed", **wrong}
        assert dora.post(f"/known/reviews/{one.pk}/", {**generic, **causes}).status_code == 422
    for right in ({"root_cause": "own_business.closed"}, {"nothing_found": "on"}):
        assert act(dora, one, "finding", natural="True", **right).status_code == 302
    one.refresh_from_db()
    assert one.natural


def test_days_that_cannot_be_are_refused(dora: Client, review: Any) -> None:
    today = timezone.localdate()
    one = review(salesperson_reason="unknown", opened_on=today - timedelta(days=9))
    change = {"change_text": "Reserve", "change_owner_id": "S1"}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("onset", {"onset_on": "1900-01-01"}),
        ("change", {**change, "change_due_on": "1990-01-01"}),
        ("interview", {**HEARD, "interviewed_on": "1950-01-01"}),
        ("interview", {**HEARD, "interviewed_on": str(today - timedelta(days=10))}),
        ("interview", {**HEARD, "interviewed_on": str(today + timedelta(days=3))}),
    ]
    for step, typed in wrong:
        assert act(dora, one, step, **typed).status_code == 422, (step, typed)
        generic = {"seen": 1, "opened_on": one.opened_on, "kind": "lost", **typed}
        assert dora.post(f"/known/reviews/{one.pk}/", generic).status_code == 422, typed
    assert act(dora, one, "interview", **HEARD).status_code == 302
    act(dora, one, "change", **change, change_due_on=str(today))
    act(dora, one, "changed", changed_on="1990-01-01")
    one.refresh_from_db()
    assert one.changed_on is None


def test_a_loss_has_one_confirmed_cause(dora: Client, review: Any) -> None:
    today = timezone.localdate()
    review(root_cause="delivery.late", confirmed_on=today, onset_on=date(2025, 6, 18))
    one = review(review_id="R2", root_cause="competitor.price", onset_on=date(2025, 8, 1))
    said = text(dora.post(f"/reviews/{one.pk}/confirm/", {"seen": 1}, follow=True))
    assert "Another cause of this loss is confirmed already" in said
    act(dora, one, "finding", root_cause="delivery.late")
    dora.post(f"/reviews/{one.pk}/confirm/", {"seen": 2})
    one.refresh_from_db()
    assert one.confirmed_on == today


def test_title_and_heading_name_account_kind_and_stage(dora: Client, review: Any) -> None:
    page = shown(dora, review())
    assert "<title>华东机电有限公司: Lost, Open · Failure reviews" in page
    assert "<h1>华东机电有限公司: Lost, Open</h1>" in page
