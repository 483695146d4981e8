"""The relationship map and all that is written down in it, as its users meet it."""

from __future__ import annotations

import html
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event
from mainstay.desk.care.models import Agreement, Complaint, Visit
from mainstay.desk.facts.models import AccountFacts
from mainstay.desk.relations import drawn, queries
from mainstay.desk.relations.models import (
    Contact,
    Criterion,
    Goal,
    Relationship,
    RelationshipLevel,
    Sighting,
    Tie,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PAGE = "/account/A100/people/"
SAVEPOINTS = 2  # which a test counts, and a page of its own does not make


@pytest.fixture
def minsu(signed_in: Any, harbour: Any) -> Client:
    return signed_in("minsu")


def text(client: Client, address: str = PAGE, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def were(page: str) -> str:
    found = re.search(r'id="were" name="were" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def fields(client: Client) -> dict[str, str]:
    """The table as a browser without script would send it."""
    kept = were(text(client))
    return {name: str(value) for name, (value, _) in json.loads(kept).items()} | {"were": kept}


def test_the_page_says_what_hangs_and_shows_everybody(minsu: Client) -> None:
    page = text(minsu)
    assert "All 2 ties run through 김민수." in page
    assert "Nobody knows who decides: Ms Kim." in page
    for name in ("Ms Kim", "Mr Novák", "王小明", "Management", "alone with 2"):
        assert name in page
    assert page.count("<svg") >= 2
    assert "reports to Ms Kim" in page


def test_the_map_can_be_narrowed(minsu: Client) -> None:
    page = text(minsu, f"{PAGE}?department=technical")
    assert "王小明" in page.split('id="grid"')[0]
    assert 'data-who="C2"' not in page
    assert 'data-who="C1"' in text(minsu, f"{PAGE}?unknown=1")
    assert 'data-who="C2"' not in text(minsu, f"{PAGE}?unknown=1")
    assert "Nobody there is like that." in text(minsu, f"{PAGE}?power=blocks")
    assert text(minsu, f"{PAGE}?department=<script>&power=%00&with=x").count('data-who="C1"') == 2


def test_accounts_of_others_are_not_there(minsu: Client, harbour: Any) -> None:
    own = harbour["C1"].pk
    for place in ("", "add/", "level/", "criteria/", f"{own}/", f"{own}/successor/"):
        assert minsu.get(f"/account/A103/people/{place}").status_code == 404, place
    for place in ("cells/", f"{own}/left/", "level/", "criteria/", "add/", f"{own}/"):
        assert minsu.post(f"/account/A103/people/{place}").status_code == 404, place
    # A contact of another account is not reached through one's own.
    other = Contact.objects.create(
        contact_id="X", account_id="A103", name="Secret", key="x", recorded_at=timezone.now()
    )
    assert minsu.get(f"{PAGE}{other.pk}/").status_code == 404
    given = {"were": "{}", f"tie-{other.pk}-S1": "3", f"power-{other.pk}": "blocks"}
    minsu.post(f"{PAGE}cells/", given)
    assert not Tie.objects.filter(contact_id="X").exists()
    assert Contact.objects.get(pk=other.pk).power is None


def test_one_click_says_how_well_somebody_knows_them(minsu: Client, harbour: Any) -> None:
    pk = harbour["C1"].pk
    given = fields(minsu) | {f"tie-{pk}-S1": "2"}
    answer = minsu.post(f"{PAGE}cells/", given, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "All 3 ties run through 김민수." in part
    assert "Nobody knows who decides" not in part
    assert "<html" not in part
    tie = Tie.objects.get(contact_id="C1")
    assert (tie.staff_id, tie.strength, tie.since) == ("S1", 2, timezone.localdate())
    # The next click knows what this one wrote.
    given |= {"were": were(part), f"tie-{pk}-S1": ""}
    minsu.post(f"{PAGE}cells/", given, headers={"HX-Request": "true"})
    assert not Tie.objects.filter(contact_id="C1").exists()
    assert Event.objects.filter(verb__startswith="ties.", actor__username="minsu").count() == 2


def test_without_script_all_changes_are_one_entry(minsu: Client, harbour: Any) -> None:
    pk, other = harbour["C1"].pk, harbour["C3"].pk
    given = fields(minsu) | {
        f"power-{pk}": "influences", f"attitude-{pk}": "-2", f"tie-{other}-S1": "3",
    }  # fmt: skip
    assert minsu.post(f"{PAGE}cells/", given).headers["Location"] == PAGE
    kim = Contact.objects.get(contact_id="C1")
    assert (kim.power, kim.attitude, kim.version) == ("influences", -2, 2)
    assert Tie.objects.get(contact_id="C3").strength == 3
    assert Tie.objects.get(contact_id="C2").version == 1
    assert len({e.after["strength"] for e in Event.objects.filter(verb="ties.change")}) == 1


def test_who_clicks_what_another_changed_meanwhile_is_told(
    minsu: Client, signed_in: Any, harbour: Any
) -> None:
    pk = harbour["C2"].pk
    mine = fields(minsu) | {f"tie-{pk}-S1": "1"}
    dora = signed_in("dora")
    dora.post(f"{PAGE}cells/", fields(dora) | {f"tie-{pk}-S1": "2"})
    answer = minsu.post(f"{PAGE}cells/", mine, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == PAGE
    assert "Dora Lin changed this meanwhile" in text(minsu)
    assert Tie.objects.get(contact_id="C2").strength == 2


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"were": "not json", "power-1": "decides"},
        {"were": "[]", "power-1": "decides"},
        {"were": '{"power-1": 3}', "power-1": "decides"},
        {"were": "{}", "power-one": "decides"},
        {"were": "{}", "tie-1-S1": "9"},
        {"were": "{}", "attitude-1": "\x00"},
        {"were": "{}", "tie-99999-S1": "1"},
        {"were": "{}", "tie-99999999999999999999999-S1": "1"},
    ],
)
def test_a_table_that_came_broken_changes_nothing(minsu: Client, given: dict[str, str]) -> None:
    before = Event.objects.filter(verb__contains=".change").count()
    assert minsu.post(f"{PAGE}cells/", given).status_code == 302
    assert Event.objects.filter(verb__contains=".change").count() == before


def test_somebody_of_ours_who_is_not_there_knows_nobody(minsu: Client, harbour: Any) -> None:
    given = fields(minsu) | {f"tie-{harbour['C1'].pk}-S404": "2"}
    minsu.post(f"{PAGE}cells/", given)
    assert "This person of ours is not known" in text(minsu)
    assert not Tie.objects.filter(staff_id="S404").exists()


def test_another_one_of_ours_gets_a_column(minsu: Client) -> None:
    assert 'id="o-1"' not in text(minsu)
    page = text(minsu, f"{PAGE}?with=S2")
    assert 'id="o-1"' in page
    assert "陳偉 – Ms Kim" in page


def test_of_a_crowd_those_are_drawn_on_whom_it_depends(
    minsu: Client, write: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(drawn, "MOST_DRAWN", 3)
    write(
        Contact(contact_id="C4", account_id="A100", name="Mr Idle", department="finance"),
        Contact(contact_id="C5", account_id="A100", name="Ms Store", department="user"),
    )
    page = text(minsu)
    for key, times in (("C1", 2), ("C2", 2), ("C3", 2), ("C4", 0), ("C5", 0)):
        assert page.count(f'data-who="{key}"') == times, key
    # Their departments stand there as what they are: not connected, and how many there are.
    picture = page.split('id="grid"')[0]
    assert "Finance" in picture
    assert picture.count("nobody known") >= 2
    assert "and 1 more, in the table below" in picture
    assert "3 are drawn" in page
    assert "3 of 5 on this page" in page
    assert "Mr Idle" not in page
    # The others are on the next page; whoever is drawn leads back to the first.
    further = text(minsu, f"{PAGE}?page=2")
    table = further.split('id="grid"')[1]
    assert "Mr Idle" in table
    assert "Ms Store" in table
    assert "Ms Kim" not in table
    assert f'href="?#c-{Contact.objects.get(contact_id="C1").pk}"' in further
    assert text(minsu, f"{PAGE}?page=99").count("Mr Idle") >= 1


def test_what_is_changed_on_a_further_page_is_written(
    minsu: Client, write: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(drawn, "MOST_DRAWN", 3)
    (idle,) = write(Contact(contact_id="C4", account_id="A100", name="Mr Idle"))
    kept = were(text(minsu, f"{PAGE}?page=2"))
    given = {"were": kept, f"tie-{idle.pk}-S1": "2"}
    answer = minsu.post(f"{PAGE}cells/?page=2", given)
    assert answer.headers["Location"] == f"{PAGE}?page=2"
    assert Tie.objects.get(contact_id="C4").strength == 2
    # Now that he is known he is drawn, and nobody is left for a second page.
    monkeypatch.setattr(drawn, "MOST_DRAWN", 4)
    assert 'data-who="C4"' in text(minsu)


def test_of_a_crowd_of_ours_some_have_a_column(minsu: Client, write: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(drawn, "MOST_OURS", 1)
    write(Tie(contact_id="C3", staff_id="S2", strength=1))
    page = text(minsu)
    assert 'id="o-1"' not in page
    assert page.count("and 1 more of ours, in the table below") == 2
    assert "1 more of ours knows somebody there" in page
    # Who is known does not hang on who is drawn.
    assert re.search("known to (김민수|陳偉) [^,]*, (김민수|陳偉) ", page)
    further = text(minsu, f"{PAGE}?with=S2")
    assert 'id="o-1"' in further
    assert "more of ours knows" not in further


def test_more_people_than_can_be_looked_at_are_counted(
    minsu: Client, write: Any, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(queries, "MOST_PEOPLE", 2)
    cache.clear()
    write(
        Contact(
            contact_id="C0", account_id="A100", name="Mr Gone", power="decides",
            left_on=date(2024, 1, 1),
        ),
    )  # fmt: skip
    # The first look in an hour is written down too.
    with django_assert_max_num_queries(15 + SAVEPOINTS):
        page = text(minsu)
    # Who decides and who is known are looked at, who left is not.
    assert 'data-who="C1"' in page
    assert 'data-who="C2"' in page
    assert "3 contacts" in page
    assert "1 contact more is in the list of all only." in page
    assert "/known/contacts/?account=A100" in page
    assert "Mr Gone" not in page


def test_a_contact_is_added_and_changed(minsu: Client, harbour: Any) -> None:
    typed = {"name": "Ms García", "department": "finance", "reports_to": "C1", "once": "x"}
    assert minsu.post(f"{PAGE}add/", typed).headers["Location"] == PAGE
    made = Contact.objects.get(name="Ms García")
    assert (made.account_id, made.reports_to) == ("A100", "C1")
    page = text(minsu, f"{PAGE}{harbour['C1'].pk}/")
    assert 'value="Ms Kim"' in page
    # In a circle nobody reports.
    typed = {"name": "Ms Kim", "reports_to": "C2", "seen": "1"}
    answer = minsu.post(f"{PAGE}{harbour['C1'].pk}/", typed)
    assert answer.status_code == 422
    assert "circle" in answer.content.decode()


def test_a_contact_leaves_and_somebody_takes_over(minsu: Client, harbour: Any) -> None:
    kim = harbour["C1"]
    answer = minsu.post(f"{PAGE}{kim.pk}/left/", {"seen": "1"})
    assert answer.headers["Location"] == f"{PAGE}{kim.pk}/successor/"
    assert Contact.objects.get(contact_id="C1").left_on == timezone.localdate()
    assert "Who takes over from Ms Kim?" in text(minsu, answer.headers["Location"])
    for wrong in ({}, {"name": "A", "contact_id": "C2"}, {"contact_id": "C99"}):
        assert minsu.post(answer.headers["Location"], wrong).status_code == 422
    given = {"name": "Ms Sato", "title": "Owner", "once": "one"}
    for _twice in range(2):
        assert minsu.post(answer.headers["Location"], given).headers["Location"] == PAGE
    heir = Contact.objects.get(name="Ms Sato")
    assert (heir.power, heir.department, heir.title) == ("decides", "management", "Owner")
    assert Contact.objects.get(contact_id="C2").reports_to == heir.contact_id
    page = text(minsu)
    assert 'data-who="C1"' not in page
    assert 'data-who="C1"' in text(minsu, f"{PAGE}?left=1")


def test_somebody_who_is_there_takes_over(minsu: Client, harbour: Any) -> None:
    minsu.post(f"{PAGE}{harbour['C1'].pk}/left/", {"seen": "1"})
    minsu.post(f"{PAGE}{harbour['C1'].pk}/successor/", {"contact_id": "C2"})
    heir = Contact.objects.get(contact_id="C2")
    assert (heir.power, heir.reports_to) == ("decides", None)


def test_a_page_too_old_lets_nobody_leave(minsu: Client, harbour: Any) -> None:
    minsu.post(f"{PAGE}{harbour['C1'].pk}/left/", {"seen": "7"})
    assert Contact.objects.get(contact_id="C1").left_on is None


def test_looking_at_contacts_is_on_record_once_an_hour(minsu: Client, signed_in: Any) -> None:
    seen = Event.objects.filter(verb="contacts.view")
    for _again in range(2):
        text(minsu)
        text(minsu, "/known/contacts/?account=A100")
    assert seen.count() == 1
    assert (seen.get().object_id, seen.get().actor.username) == ("A100", "minsu")
    text(signed_in("dora"))
    assert seen.count() == 2
    text(minsu, "/known/contacts/")
    assert seen.filter(object_id="").count() == 1


def test_a_look_an_hour_later_is_another_one(harbour: Any, people: Any) -> None:
    from mainstay.desk.facts.watched import looked_at

    now = timezone.now()
    for minutes in (0, 59, 61, 130):
        at = now + timedelta(minutes=minutes)
        looked_at(people["minsu"], "contacts", "A100", "Harbour", now=at)
    # The record's own clock stands still: each is told by it.
    assert Event.objects.filter(verb="contacts.view").count() == 3


def test_a_level_is_set_with_its_reason(minsu: Client) -> None:
    assert "Nobody has said at which level it stands." in text(minsu)
    given = {"level": "2", "why": "They ask us first", "on": "2026-01-05", "once": "l"}
    answer = minsu.post(f"{PAGE}level/", given)
    assert answer.headers["Location"] == f"{PAGE}#level"
    page = text(minsu)
    assert "They ask us first" in page
    assert "Level 2: Service and personal fit" in page
    minsu.post(f"{PAGE}level/", given | {"level": "1", "once": "m"})
    assert RelationshipLevel.objects.get().level == 1
    for wrong in ({"level": "4"}, {"on": "2999-01-01"}, {"on": "1066-01-01"}, {"why": "x" * 9000}):
        assert minsu.post(f"{PAGE}level/", given | wrong | {"once": "w"}).status_code == 422


def test_what_was_seen_speaks_for_a_level(minsu: Client, write: Any, harbour: Any) -> None:
    today = timezone.localdate()
    assert "What was seen speaks for level 1" in text(minsu)
    write(
        Tie(contact_id="C1", staff_id="S2", strength=2),
        Tie(contact_id="C2", staff_id="S2", strength=2),
        Visit(visit_id="V1", account_id="A100", on=today, staff_id="S1", kind="visit"),
        Visit(visit_id="V2", account_id="A100", on=today, staff_id="S1", kind="visited_us"),
    )
    page = text(minsu)
    assert "What was seen speaks for level 2" in page
    assert "a common goal that is written down" in page
    write(
        Goal(goal_id="G1", account_id="A100", period="2026", common_goal="Own brand in 40 shops"),
        Agreement(agreement_id="T1", account_id="A100", from_on=today, exclusive=True),
    )
    page = text(minsu)
    assert "What was seen speaks for level 3" in page
    assert "Own brand in 40 shops" in page


def test_what_the_relationship_earned(minsu: Client, write: Any) -> None:
    def at(day: date) -> Any:
        return timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9))

    write(
        AccountFacts(
            account_id="A100", name="Harbour", since=date(2019, 12, 18), partnership="Joint stock"
        ),
        Complaint(
            complaint_id="P1", account_id="A100", opened_at=at(date(2025, 10, 1)),
            solved_at=at(date(2025, 10, 3)),
        ),
        Complaint(complaint_id="P2", account_id="A100", opened_at=at(date(2026, 3, 1))),
        Sighting(
            sighting_id="W1", account_id="A100", on=date(2025, 12, 18), competitor="Rivalco",
            source="contact",
        ),
        Sighting(
            sighting_id="W2", account_id="A100", on=date(2026, 1, 18), competitor="Nordpump",
            source="ours",
        ),
    )  # fmt: skip
    page = text(minsu)
    assert "Complaints survived – solved, and orders went on: 1 of 1." in page
    assert "Competitors seen that their own people told us of: 1 of 2." in page
    assert "It took 6 years until a competitor was seen: Rivalco." in page
    assert "What locks both sides in: Joint stock" in page


def test_all_criteria_are_assessed_in_one_entry(minsu: Client) -> None:
    given = {
        "source": "김민수", "on": "2026-02-01", "once": "c1",
        "r0-criterion": "Delivery in 24 h", "r0-competitor": "Rivalco", "r0-we_meet": "on",
        "r0-weight": "3", "r1-criterion": "Price", "r1-they_meet": "on",
    }  # fmt: skip
    assert minsu.post(f"{PAGE}criteria/", given).headers["Location"] == f"{PAGE}#criteria"
    assert Criterion.objects.count() == 2
    assert len(set(Criterion.objects.values_list("recorded_at", flat=True))) == 1
    page = text(minsu)
    assert page.index("Alarm</span>") < page.index("Delivery in 24 h")
    form = text(minsu, f"{PAGE}criteria/")
    assert form.index("Price") < form.index("Delivery in 24 h")
    again = given | {
        "on": "2026-03-01", "once": "c2", "r0-criterion": "Price", "r0-competitor": "",
        "r1-criterion": "Delivery in 24 h", "r1-competitor": "Rivalco", "r1-we_meet": "on",
    }  # fmt: skip
    minsu.post(f"{PAGE}criteria/", again)
    assert Criterion.objects.count() == 4
    assert "was: Safe" in text(minsu)
    # Said twice on a day, the later stands; also where no competitor is named.
    minsu.post(f"{PAGE}criteria/", again | {"once": "c3", "r0-they_meet": "on"})
    assert Criterion.objects.count() == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"on": "2999-01-01"},
        {"r0-weight": "-1"},
        {"r0-weight": "nan"},
        {"r0-criterion": "", "r0-competitor": "Rivalco"},
        {"r0-criterion": "x" * 10_000},
    ],
)
def test_criteria_that_can_not_be_are_refused(minsu: Client, wrong: dict[str, str]) -> None:
    given = {"source": "us", "on": "2026-02-01", "r0-criterion": "Price", "once": "c"}
    assert minsu.post(f"{PAGE}criteria/", given | wrong).status_code == 422
    assert not Criterion.objects.exists()


def test_a_contact_leads_to_making_it_one_and_to_what_is_kept(
    minsu: Client, signed_in: Any, harbour: Any
) -> None:
    pk = harbour["C3"].pk
    page = text(minsu, f"{PAGE}{pk}/")
    assert f"/contacts/{pk}/merge/" in page
    assert f"/contacts/{pk}/data/" not in page
    assert f"/contacts/{pk}/data/" in text(signed_in("dora"), f"{PAGE}{pk}/")
    assert "Ms Kim" in text(minsu, f"/contacts/{pk}/merge/")
    both = text(minsu, f"/contacts/{pk}/merge/?into={harbour['C2'].pk}")
    assert re.search(r"Who knows whom</th>\s*<td>\d+</td>\s*<td>\d+</td>", both)
    minsu.post(f"/contacts/{pk}/merge/", {"into": harbour["C2"].pk})
    assert not Contact.objects.filter(contact_id="C3").exists()
    assert Relationship.objects.get(account_id="A100").contacts == 2
    assert "Mr Novák" in text(signed_in("dora"), f"/contacts/{harbour['C2'].pk}/data/")


def test_hostile_names_are_shown_as_they_are(minsu: Client, write: Any) -> None:
    name = '</script><script>alert("1")</script>\u202e&amp;'
    write(
        Contact(contact_id='"><b>', account_id="A100", name=name, title="<i>", power="decides"),
        Contact(contact_id="long", account_id="A100", name="Wörth" * 2000),
    )
    page = text(minsu)
    assert "<script>alert" not in page
    assert 'data-who=""' not in page
    assert 'data-who=""><b>' not in page


def test_pages_ask_few_questions(
    minsu: Client, harbour: Any, django_assert_max_num_queries: Any
) -> None:
    pk = harbour["C1"].pk
    places = (PAGE, f"{PAGE}add/", f"{PAGE}{pk}/", f"{PAGE}criteria/", f"{PAGE}{pk}/successor/")
    for address in (*places, "/relations/", "/account/A100/"):
        with django_assert_max_num_queries(15, info=address):
            assert minsu.get(address).status_code == 200
    assert Relationship.objects.count() == 1


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "ko"])
def test_the_page_is_there_in_each_language(minsu: Client, language: str) -> None:
    assert "김민수" in text(minsu, **{"Accept-Language": language})


def test_the_page_of_a_contact_says_what_hangs_on_them(minsu: Client, harbour: Any) -> None:
    page = text(minsu, f"{PAGE}{harbour['C2'].pk}/")
    assert "Known by: 김민수" in page


def test_a_very_long_title_ends_in_an_ellipsis(minsu: Client, write: Any) -> None:
    write(Contact(contact_id="C9", account_id="A100", name="Ms Long", title="W" * 200))
    page = text(minsu)
    # Whole where one points at it only: in the map and the table it is cut.
    shown = [run for run in re.findall(r">(W+…?)<", page) if len(run) > 5]
    assert shown
    assert all(run.endswith("…") and len(run) <= 80 for run in shown)
