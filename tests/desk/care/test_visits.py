"""Visits: written down at once with what came of them, due again by the rhythm of the tier."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care import queries, rhythm
from mainstay.desk.care.models import Promise, Request, Visit, VisitDue
from mainstay.desk.care.rhythm import Seen, due_on
from mainstay.desk.facts import derived
from mainstay.desk.facts.models import Once
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Sighting
from mainstay.desk.team.models import Assignment, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FORM = "/account/A100/visit/"
TODAY = timezone.localdate()


def typed(**values: Any) -> dict[str, Any]:
    given = {"on": TODAY.isoformat(), "staff_id": "S1", "kind": "visit", "once": "one"}
    given |= {"seen-source": "contact", "request-owner_id": "S1"}  # what the form holds unasked
    return {**given, **{name.replace("__", "-"): v for name, v in values.items()}}


def ago(weeks: int) -> str:
    return (TODAY - timedelta(weeks=weeks)).isoformat()


def due(account_id: str = "A100") -> VisitDue:
    return VisitDue.objects.get(account_id=account_id)


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.content.decode()))


def test_the_common_visit_takes_a_mood_and_save(minsu: Client) -> None:
    page = minsu.get(FORM).content.decode()
    assert f'name="on" value="{TODAY.isoformat()}"' in page
    assert re.search(r'name="kind" value="visit"[^>]*checked', page)
    assert page.count('type="radio" name="mood"') == 5
    answer = minsu.post(FORM, typed(mood="1"))
    assert answer.headers["Location"] == "/account/A100/"
    visit = Visit.objects.get()
    assert (visit.on, visit.staff_id, visit.kind, visit.mood) == (TODAY, "S1", "visit", 1)
    assert not Request.objects.exists()
    assert not Sighting.objects.exists()
    assert not Promise.objects.exists()


def test_all_that_came_of_a_visit_is_one_entry(
    minsu: Client, django_capture_on_commit_callbacks: Any
) -> None:
    minsu.post("/known/contacts/add/?account=A100", {"name": "Ann", "once": "c"})
    ann = Contact.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        minsu.post(
            FORM,
            typed(
                contacts=[ann.contact_id],
                new_contact="Bob <b>",
                mood="-1",
                received_well="True",
                asked_for_opinion="True",
                next_on=(TODAY + timedelta(days=20)).isoformat(),
                request__text="A longer hose",
                request__kind="custom_product",
                request__answer_due_on=(TODAY + timedelta(days=7)).isoformat(),
                seen__competitor="Rival AG",
                seen__what="price",
                seen__price="12.50",
                promise__text="Reward for spring",
                promise__amount="300",
                promise__due_on=(TODAY + timedelta(days=30)).isoformat(),
            ),
        )
    visit, bob = Visit.objects.get(), Contact.objects.get(name="Bob <b>")
    assert visit.contacts == f"{ann.contact_id};{bob.contact_id}"
    assert visit.received_well
    request, seen, promise = Request.objects.get(), Sighting.objects.get(), Promise.objects.get()
    assert (request.visit_id, request.owner_id, request.raised_on) == (visit.visit_id, "S1", TODAY)
    assert (seen.on, seen.currency, seen.source) == (TODAY, "EUR", "contact")
    assert (promise.by_id, promise.made_on, promise.currency) == ("S1", TODAY, "EUR")
    moments = {row.recorded_at for row in (visit, bob, request, seen, promise)}
    assert len(moments) == 1
    for table in ("visits", "requests", "competitor_sightings", "promises"):
        assert engine.facts_known(settings.HOME, table).num_rows == 1


def test_one_wrong_part_and_nothing_is_written(minsu: Client) -> None:
    answer = minsu.post(
        FORM,
        typed(notes="long talk", new_contact="Bob", promise__text="Reward", promise__due_on=ago(1)),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "before the day on which it begins" in page
    assert "long talk" in page
    assert re.search(r'<details class="section" open>\s*<summary>I promised', page)
    for model in (Visit, Promise, Contact, Once):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"contacts": ["C-of-another"]}, "not one of the available choices"),
        ({"next_on": "2001-01-01"}, "comes after this one"),
        ({"new_contact": "x" * 10_000}, "longer than 200 letters"),
        ({"request__kind": "service"}, "This field is required"),
        ({"on": "2999-01-01"}, "has not happened yet"),
        (
            {"promise__text": "x", "promise__due_on": "2999-01-01", "promise__amount": "-3"},
            "below 0",
        ),
    ],
)
def test_what_cannot_be_is_refused(minsu: Client, values: dict[str, Any], said: str) -> None:
    answer = minsu.post(FORM, typed(**values))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Visit.objects.exists()


def test_sent_again_from_a_bad_line_it_is_kept_once(minsu: Client) -> None:
    for _ in range(2):
        answer = minsu.post(FORM, typed(new_contact="Bob"), headers={"X-Draft": "1"})
        assert answer.headers["X-Draft"] == "clear"
    assert Visit.objects.count() == Contact.objects.count() == 1


def test_somebody_who_is_there_already_is_not_written_twice(minsu: Client) -> None:
    minsu.post("/known/contacts/add/?account=A100", {"name": "Ann", "once": "c"})
    minsu.post(FORM, typed(new_contact="ANN"))
    assert Visit.objects.get().contacts == Contact.objects.get().contact_id


def test_who_knows_the_account_is_offered_first(
    minsu: Client, people: Any, django_assert_max_num_queries: Any
) -> None:
    """And who has left only where the visit names them already."""
    gone = TODAY - timedelta(days=9)
    with entry(people["dora"]) as book:
        for code, name, left in (("S1", "A far one", None), ("S2", "Visited", None),
                                 ("S3", "Zoe assigned", None), ("S4", "Has left", gone),
                                 ("S5", "Another", None)):  # fmt: skip
            book.add(Staff(staff_id=code, name=name, left_on=left))
        book.add(Assignment(account_id="A100", staff_id="S3", role="service", from_on=gone))
        for code in ("S2", "S4"):
            book.add(Visit(visit_id=code, account_id="A100", on=gone, staff_id=code))
        book.add(Visit(visit_id="V5", account_id="A101", on=gone, staff_id="S5"))

    def offered(address: str) -> list[str]:
        page = minsu.get(address).content.decode()
        (chosen,) = re.findall(r'<select name="staff_id".*?</select>', page, re.S)
        return re.findall(r'<optgroup label="([^"]+)|<option value="(?!")[^>]*>([^<]+)', chosen)

    shown = [group or name for group, name in offered(FORM)]
    near, far = "Look after them, or visited them before", "Others of ours"
    assert shown == [near, "Visited", "Zoe assigned", far, "A far one", "Another"]
    with django_assert_max_num_queries(15):
        minsu.get(FORM)
    old = Visit.objects.get(visit_id="S4")
    shown = [group or name for group, name in offered(f"/known/visits/{old.pk}/")]
    assert shown == [near, "Visited", "Zoe assigned", "Has left", far, "A far one", "Another"]


def test_who_has_no_staff_code_says_who_went(dora: Client) -> None:
    assert dora.post(FORM, typed(staff_id="", request__owner_id="")).status_code == 422
    assert dora.post(FORM, typed(staff_id="S1", request__owner_id="")).status_code == 302


def test_who_writes_can_have_been_there_though_staff_does_not_have_them(
    minsu: Client, dora: Client
) -> None:
    dora.post("/known/staff/add/", {"staff_id": "S9", "name": "Somebody Else", "once": "s"})
    page = minsu.get(FORM).content.decode()
    assert re.search(r'<option value="S1" selected>김민수</option>', page)
    assert minsu.post(FORM, typed()).status_code == 302


def test_the_account_is_found_first_where_the_address_has_none(minsu: Client) -> None:
    page = minsu.get("/visits/record/?q=harbour").content.decode()
    assert 'href="/account/A100/visit/"' in page
    assert "No account has" in plain(minsu.get("/visits/record/?q=한빛"))
    for address in ("/", "/account/A100/"):
        assert "Record a visit" in minsu.get(address).content.decode()


def test_a_visit_is_due_again_by_the_rhythm_of_the_tier(minsu: Client) -> None:
    minsu.post(FORM, typed(on=ago(6)))
    assert due().last_on == TODAY - timedelta(weeks=6)
    assert due().due_on == TODAY - timedelta(weeks=2)
    page = plain(minsu.get("/visits/"))
    assert re.search(r"Harbour Hardware Ltd A .{0,60}14 days overdue", page)
    assert "No visit on record" in page
    assert "A103" not in page


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("visit", True), ("visited_us", True), ("video", True), ("call", False), ("message", False)],
)
def test_calls_and_messages_are_no_visits(minsu: Client, kind: str, counts: bool) -> None:
    minsu.post(FORM, typed(kind=kind))
    assert (due().last_on is not None) == counts


def test_corrections_and_what_is_taken_back_change_what_is_due(minsu: Client) -> None:
    minsu.post(FORM, typed(on=ago(9), once="a"))
    minsu.post(FORM, typed(on=ago(1), once="b", asked_for_opinion="True"))
    last = Visit.objects.get(on=ago(1))
    assert due().opinion_on == TODAY - timedelta(weeks=1)
    minsu.post(
        f"/known/visits/{last.pk}/", {"on": ago(2), "staff_id": "S1", "kind": "visit", "seen": 1}
    )
    assert due().last_on == TODAY - timedelta(weeks=2)
    minsu.post(f"/known/visits/{last.pk}/withdraw/", {"seen": 2})
    assert (due().last_on, due().opinion_on) == (TODAY - timedelta(weeks=9), None)


def test_an_agreed_day_takes_the_place_of_the_rhythm_within_twice_its_weeks() -> None:
    last = date(2026, 1, 5)
    weeks = timedelta(weeks=1)
    assert due_on(Seen(last), 4) == last + 4 * weeks
    assert due_on(Seen(last, None, last + 6 * weeks), 4) == last + 6 * weeks
    assert due_on(Seen(last, None, last + 60 * weeks), 4) == last + 8 * weeks
    assert due_on(Seen(last, None, last - weeks), 4) == last + 4 * weeks
    assert due_on(Seen(last, None, last + weeks), 0) == last + weeks
    assert due_on(Seen(), 4) is None
    assert due_on(Seen(last), 0) is None


def test_a_director_sets_the_rhythm_and_the_lists_follow(dora: Client, minsu: Client) -> None:
    minsu.post(FORM, typed(on=ago(6), once="a"))
    minsu.post("/account/A101/visit/", typed(on=ago(6), next_on=ago(-2), once="b"))
    dora.post("/visits/rhythm/", {"A": "2", "B": "8", "C": "0"})
    assert due().due_on == TODAY - timedelta(weeks=4)
    assert due("A101").due_on == TODAY - timedelta(weeks=2)
    assert not VisitDue.objects.filter(tier="C", expects=True).exists()
    after = list(VisitDue.objects.order_by("account_id").values())
    rhythm.remake()
    assert list(VisitDue.objects.order_by("account_id").values()) == after
    dora.post("/visits/rhythm/", {"A": "10", "B": "8", "C": "26"})
    assert due().due_on == TODAY + timedelta(weeks=4)
    assert VisitDue.objects.filter(tier="C", expects=True).exists()
    assert Event.objects.filter(verb="settings.rhythm").count() == 2
    assert minsu.post("/visits/rhythm/", {"A": "1", "B": "1", "C": "1"}).status_code == 403
    assert dora.post("/visits/rhythm/", {"A": "-1", "B": "8", "C": "26"}).status_code == 422


def test_visits_from_a_file_count_once_the_table_is_made_again(published: Any) -> None:
    for n, weeks in enumerate((3, 8)):
        Visit.objects.create(
            visit_id=str(n), key=str(n), account_id="A103", on=ago(weeks), staff_id="S2",
            recorded_at=timezone.now(),
        )  # fmt: skip
    assert due("A103").last_on is None
    rhythm.remake({"A103"})
    assert due("A103").last_on == TODAY - timedelta(weeks=3)
    VisitDue.objects.all().delete()
    derived.remake_all(["visits"])  # as an import does
    assert due("A103").due_on == TODAY + timedelta(weeks=1)


def test_the_next_assessment_brings_its_tiers_and_managers(published: Any, cast: Any) -> None:
    Visit.objects.create(
        visit_id="v", key="v", account_id="A100", on=ago(6), staff_id="S1", recorded_at=timezone.now()
    )  # fmt: skip
    rhythm.remake({"A100"})
    table = cast.accounts()
    keep = [row for row in table.to_pylist() if row["account_id"] != "A101"]
    for row in keep:
        if row["account_id"] == "A100":
            row["tier"], row["manager_id"] = "B", "S2"
    cast.show(cast.assessment("later", accounts=type(table).from_pylist(keep, table.schema)))
    assert (due().tier, due().manager_id) == ("B", "S2")
    assert due().due_on == TODAY + timedelta(weeks=2)
    assert not due("A101").expects


def test_lost_closed_and_strangers_have_no_rhythm(dora: Client) -> None:
    rhythm.place_again()
    assert not due("A102").expects  # lost
    assert not due("A109").expects  # closed
    assert "Ｎｏｒｔｈｗｉｎｄ" in plain(dora.get("/visits/?show=never"))
    Account.objects.filter(account_id="A104").update(answer="not_ours")
    assert "Ｎｏｒｔｈｗｉｎｄ" not in plain(dora.get("/visits/?show=never"))


def test_visits_to_ask_for_opinions_are_counted_apart(minsu: Client, dora: Client) -> None:
    for n, asked in enumerate(("True", "", "")):
        minsu.post(FORM, typed(once=str(n), asked_for_opinion=asked))
    minsu.post(FORM, typed(once="call", kind="call", asked_for_opinion="True"))
    for client in (minsu, dora):
        page = plain(client.get("/visits/"))
        assert re.search(r"Made in 13 weeks 3 1 of them to ask for their opinion", page)
    assert "Made in 13 weeks 0" in plain(dora.get("/visits/?manager=S2"))
    assert "Made in 13 weeks 3" in plain(dora.get("/visits/?manager=S1&tier=A"))


def test_the_director_sees_who_is_behind_and_narrows_the_list(minsu: Client, dora: Client) -> None:
    minsu.post(FORM, typed(on=ago(6)))
    page = plain(dora.get("/visits/"))
    assert re.search(r"Overdue, by manager S1 1", page)
    assert "Harbour Hardware" in plain(dora.get("/visits/?manager=S1&tier=A"))
    assert "No visit is due" in plain(dora.get("/visits/?manager=S1&tier=B"))
    assert "No visit is due" in plain(dora.get("/visits/?manager=%00S2&page=99&tier=Z&show=x"))
    assert "Overdue, by manager" not in plain(minsu.get("/visits/"))


@pytest.mark.parametrize("username", ["dora", "minsu"])
def test_pages_ask_few_questions(
    username: str, signed_in: Any, published: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(username)
    for n in range(12):
        client.post(FORM, typed(once=str(n), on=ago(n), new_contact=f"Person {n}"))
    for address in (
        "/visits/", "/visits/?show=never&tier=A", "/visits/?show=recent", "/visits/record/",
        "/visits/record/?q=a", FORM, "/requests/", "/requests/?whose=mine", "/promises/",
        "/incentives/", "/account/A100/terms/", "/account/A100/told/", "/account/A100/",
    ):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/visits/", "/requests/", "/promises/", "/complaints/"])
def test_who_has_no_staff_code_has_nothing_to_do(
    signed_in: Any, published: Any, address: str
) -> None:
    answer = signed_in("nobody").get(address)
    assert answer.status_code == 200
    assert ">None<" not in answer.content.decode()


def test_the_visits_of_a_tier_are_counted_once_a_minute_for_each_reader(
    published: Any, people: Any
) -> None:
    def write(n: int) -> None:
        Visit.objects.create(
            visit_id=f"m{n}", key=f"m{n}", account_id="A100", on=ago(1), staff_id="S1", kind="visit",
            recorded_at=timezone.now(),
        )  # fmt: skip

    def made(who: str, tier: str) -> int:
        sight = Sight.of(people[who])
        return queries.visit_counts(sight, queries.Asked(tier=tier), TODAY).made

    rhythm.remake({"A100"})
    tier = VisitDue.objects.get(account_id="A100").tier or ""
    cache.clear()
    write(1)
    assert (made("dora", tier), made("minsu", tier), made("wei", tier)) == (1, 1, 0)
    write(2)
    assert made("dora", tier) == 1
    assert made("dora", "") == 2  # of all, the index tells it at once
    cache.clear()
    assert made("dora", tier) == 2
