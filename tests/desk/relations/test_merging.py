"""Two contacts that are one; who a contact was, handed out and erased."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings

from mainstay import engine
from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.desk.access.models import Event
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.care.models import Complaint, Notice, Visit
from mainstay.desk.facts.services import entry, send
from mainstay.desk.relations import merging, personal
from mainstay.desk.relations.models import Contact, Merge, Tie

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def two(people: Any, published: Any) -> tuple[Contact, Contact]:
    """Ms Kim, written down twice; the boss of both reports to nobody, Bob to the second."""
    with entry(people["minsu"]) as book:
        for code, name, more in (
            ("K1", "Kim Ji-woo", {"phone": "010-1234", "power": "decides"}),
            ("K2", "Ms. Kim", {"email": "kim@hanbit.example"}),
            ("K10", "Bob", {"reports_to": "K2"}),
        ):
            book.add(Contact(contact_id=code, account_id="A100", name=name, **more))
        book.add(Tie(contact_id="K1", staff_id="S1", strength=1))
        book.add(Tie(contact_id="K2", staff_id="S1", strength=3))
        book.add(Tie(contact_id="K2", staff_id="S2", strength=2))
        book.add(
            Visit(visit_id="V1", account_id="A100", on=date(2026, 1, 1), staff_id="S1", contacts="K10;K2")
        )  # fmt: skip
        book.add(
            Visit(visit_id="V2", account_id="A100", on=date(2026, 1, 2), staff_id="S1", contacts="K2;K1")
        )  # fmt: skip
        book.add(
            Notice(account_id="A100", on=date(2026, 1, 3), kind="will_leave", by_contact_id="K2")
        )
    return Contact.objects.get(contact_id="K2"), Contact.objects.get(contact_id="K1")


def state() -> dict[str, Any]:
    """All that names a contact."""
    return {
        "contacts": sorted(
            Contact.objects.values_list("contact_id", "name", "phone", "email", "reports_to")
        ),
        "ties": sorted(Tie.objects.values_list("contact_id", "staff_id", "strength")),
        "visits": dict(Visit.objects.values_list("visit_id", "contacts")),
        "notices": list(Notice.objects.values_list("by_contact_id", flat=True)),
    }


def test_what_named_the_one_names_the_other(two: Any, people: Any) -> None:
    gone, into = two
    merging.merge(people["minsu"], gone, into)
    now = state()
    assert now["contacts"] == [
        ("K1", "Kim Ji-woo", "010-1234", "kim@hanbit.example", None),
        ("K10", "Bob", None, None, "K1"),
    ]
    assert now["ties"] == [("K1", "S1", 3), ("K1", "S2", 2)]
    assert now["visits"] == {"V1": "K10;K1", "V2": "K1"}
    assert now["notices"] == ["K1"]


def test_a_merge_is_taken_back_whole(two: Any, people: Any) -> None:
    before = state()
    made = merging.merge(people["minsu"], *two)
    merging.undo(people["minsu"], made.pk)
    assert state() == before
    send()
    stored = engine.facts_known(settings.HOME, "contacts")
    assert sorted(stored["contact_id"].to_pylist()) == ["K1", "K10", "K2"]
    with pytest.raises(NotFound):
        merging.undo(people["minsu"], made.pk)


def test_what_others_changed_after_a_merge_stays_when_it_is_taken_back(
    two: Any, people: Any
) -> None:
    made = merging.merge(people["minsu"], *two)
    visit = Visit.objects.get(visit_id="V1")
    with entry(people["dora"]) as book:
        book.change(visit, {"notes": "by Dora"}, seen=visit.version)
    merging.undo(people["minsu"], made.pk)
    visit.refresh_from_db()
    assert (visit.notes, visit.contacts) == ("by Dora", "K10;K2")


def test_a_preview_changes_nothing(two: Any) -> None:
    before = state()
    changes = merging.preview(*two)
    assert {(c.fact.TABLE, c.field) for c in changes} == {
        ("ties", "strength"), ("ties", "contact_id"), ("visits", "contacts"),
        ("notices", "by_contact_id"), ("contacts", "reports_to"),
    }  # fmt: skip
    assert state() == before


def test_contacts_of_two_accounts_or_one_contact_are_not_merged(two: Any, people: Any) -> None:
    gone, into = two
    with pytest.raises(InvalidSetting, match="the same"):
        merging.merge(people["minsu"], gone, gone)
    with entry(people["dora"]) as book:
        other = book.add(Contact(contact_id="X", account_id="A103", name="Kim"))
    with pytest.raises(InvalidSetting, match="two accounts"):
        merging.merge(people["dora"], gone, other)
    with pytest.raises(NotAllowed):
        merging.merge(people["wei"], gone, into)
    assert Contact.objects.count() == 4


def test_all_that_is_kept_of_a_contact_is_handed_out(two: Any, people: Any) -> None:
    gone, _ = two
    with entry(people["minsu"]) as book:
        book.change(gone, {"phone": "02-555"}, seen=gone.version)
    found = personal.known_of(people["ada"], Contact.objects.get(contact_id="K2"))
    assert found["contact"]["phone"] == "02-555"
    assert [v["phone"] for v in found["versions"]] == [None, "02-555"]
    assert [v["visit_id"] for v in found["visits"]] == ["V2", "V1"]
    assert len(found["ties"]) == 2
    json.dumps(found)
    with pytest.raises(NotAllowed):
        personal.known_of(people["minsu"], gone)


def test_erased_is_who_it_was_and_not_what_happened(two: Any, people: Any, tmp_path: Any) -> None:
    gone, _ = two
    with entry(people["minsu"]) as book:
        book.add(
            Complaint(
                complaint_id="C",
                account_id="A100",
                opened_at=datetime(2026, 1, 4, 10, tzinfo=UTC),
                contact_id="K2",
            )
        )
    send()
    personal.erase(people["dora"], gone)
    now = Contact.objects.get(contact_id="K2")
    assert (now.name, now.email, now.account_id) == ("–", None, "A100")
    for version in engine.versions_of(settings.HOME, "contacts", {"contact_id": "K2"}):
        assert (version["name"], version["email"]) == ("–", None)
    assert Visit.objects.filter(contacts__contains="K2").count() == 2
    assert Complaint.objects.get().contact_id == "K2"
    told = json.dumps(list(Event.objects.values("label", "before", "after")))
    for trace in ("Ms. Kim", "kim@hanbit.example"):
        assert trace not in told
    files = [f for f in tmp_path.rglob("*.parquet") if b"kim@hanbit" in f.read_bytes()]
    assert files == []
    with pytest.raises(NotAllowed):
        personal.erase(people["minsu"], now)
    personal.erase(people["dora"], now)
    assert Event.objects.filter(verb="contacts.erase").count() == 1


TRACES = ("Ms. Kim", "Kim Ji-woo", "kim@hanbit.example", "010-1234")


def everything_kept() -> str:
    """All that the desk's tables and the store say of contacts."""
    rows = [
        list(Contact.objects.values()),
        list(Merge.objects.values()),
        list(Event.objects.values("label", "before", "after")),
        *(
            engine.versions_of(settings.HOME, "contacts", {"contact_id": code})
            for code in ("K1", "K2", "K10")
        ),
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_what_is_erased_does_not_come_back_with_a_merge_that_is_taken_back(
    two: Any, people: Any
) -> None:
    made = merging.merge(people["minsu"], *two)
    personal.erase(people["dora"], Contact.objects.get(contact_id="K1"))
    assert [t for t in TRACES if t in everything_kept()] == []
    merging.undo(people["minsu"], made.pk)
    send()
    assert [t for t in TRACES if t in everything_kept()] == []
    # What happened is there under both codes, and whoever was not erased is.
    assert state()["contacts"] == [
        ("K1", "–", None, None, None),
        ("K10", "Bob", None, None, "K2"),
        ("K2", "–", None, None, None),
    ]
    assert state()["visits"] == {"V1": "K10;K2", "V2": "K2;K1"}


def test_who_is_erased_leaves_the_other_in_a_merge_that_was_taken_back(
    two: Any, people: Any
) -> None:
    made = merging.merge(people["minsu"], *two)
    merging.undo(people["minsu"], made.pk)
    personal.erase(people["dora"], Contact.objects.get(contact_id="K2"))
    made.refresh_from_db()
    rows = {kept["row"]["contact_id"]: kept["row"] for kept in made.before[:2]}
    assert (rows["K2"]["name"], rows["K2"]["email"]) == ("–", None)
    assert (rows["K1"]["name"], rows["K1"]["phone"]) == ("Kim Ji-woo", "010-1234")
    assert Contact.objects.get(contact_id="K1").name == "Kim Ji-woo"


def test_one_who_was_merged_twice_is_erased_under_every_code(two: Any, people: Any) -> None:
    merging.merge(people["minsu"], *two)
    bob = Contact.objects.get(contact_id="K10")
    merging.merge(people["minsu"], Contact.objects.get(contact_id="K1"), bob)
    personal.erase(people["dora"], Contact.objects.get(contact_id="K10"))
    assert [t for t in (*TRACES, "Bob") if t in everything_kept()] == []


def test_what_somebody_erased_takes_from_another_is_erased_too(two: Any, people: Any) -> None:
    gone, into = two
    personal.erase(people["dora"], into)
    merging.merge(people["minsu"], gone, Contact.objects.get(contact_id="K1"))
    assert Contact.objects.get(contact_id="K1").email == "kim@hanbit.example"
    personal.erase(people["dora"], Contact.objects.get(contact_id="K1"))
    assert [t for t in TRACES if t in everything_kept()] == []


def test_both_codes_of_a_person_are_handed_out(two: Any, people: Any, signed_in: Any) -> None:
    merging.merge(people["minsu"], *two)
    main = Contact.objects.get(contact_id="K1")
    found = personal.known_of(people["ada"], main)
    assert found["codes"] == ["K1", "K2"]
    assert {v["name"] for v in found["versions"]} == {"Kim Ji-woo", "Ms. Kim"}
    (merge,) = found["merges"]
    assert sum(kept["table"] == "ties" for kept in merge["before"]) >= 2
    json.dumps(found)
    page = signed_in("dora").get(f"/contacts/{main.pk}/data/").content.decode()
    assert "Also written down as Ms. Kim (K2)" in page
    assert "kim@hanbit.example" in page


def test_the_page_of_a_merge_says_that_who_it_was_is_erased(
    two: Any, people: Any, signed_in: Any
) -> None:
    made = merging.merge(people["minsu"], *two)
    words = "is erased since, and does not come back"
    client = signed_in("dora")
    assert words not in client.get(f"/contacts/merged/{made.pk}/").content.decode()
    personal.erase(people["dora"], Contact.objects.get(contact_id="K1"))
    assert words in client.get(f"/contacts/merged/{made.pk}/").content.decode()


def test_before_it_is_erased_a_page_says_what_goes(two: Any, people: Any, signed_in: Any) -> None:
    merging.merge(people["minsu"], *two)
    main = Contact.objects.get(contact_id="K1")
    client = signed_in("dora")
    data = client.get(f"/contacts/{main.pk}/data/").content.decode()
    assert f'href="/contacts/{main.pk}/erase/"' in data
    assert "/erase/" not in "".join(part.split(">")[0] for part in data.split("<form")[1:])
    page = client.get(f"/contacts/{main.pk}/erase/").content.decode()
    assert (
        f"Original files are not searched: what was uploaded lies in “{settings.HOME.uploads}”"
        in page
    )
    for told in ("K1", "K2", *TRACES):
        assert told in page
    assert Contact.objects.get(contact_id="K1").name == "Kim Ji-woo"
    client.post(f"/contacts/{main.pk}/erase/")
    assert Contact.objects.get(contact_id="K1").name == "–"
    assert signed_in("minsu").get(f"/contacts/{main.pk}/erase/").status_code == 403


def test_old_addresses_lead_to_where_the_contact_is_now(
    two: Any, people: Any, signed_in: Any
) -> None:
    gone, main = two
    client = signed_in("minsu")

    def leads_to(pk: int) -> list[str]:
        places = (f"/known/contacts/{pk}/", f"/account/A100/people/{pk}/", f"/contacts/{pk}/merge/")
        return [client.get(place).headers.get("Location", "") for place in places]

    made = merging.merge(people["minsu"], gone, main)
    expected = [f"/known/contacts/{main.pk}/", f"/account/A100/people/{main.pk}/"]
    assert leads_to(gone.pk) == [*expected, f"/contacts/{main.pk}/merge/"]
    assert client.post(f"/known/contacts/{gone.pk}/").status_code == 404
    assert signed_in("wei").get(f"/known/contacts/{gone.pk}/").status_code == 404
    # It went on into a third.
    again = merging.merge(
        people["minsu"], Contact.objects.get(pk=main.pk), Contact.objects.get(contact_id="K10")
    )
    bob = Contact.objects.get(contact_id="K10").pk
    assert leads_to(gone.pk)[0] == leads_to(main.pk)[0] == f"/known/contacts/{bob}/"
    # Taken back, each leads to itself, written anew.
    merging.undo(people["minsu"], again.pk)
    merging.undo(people["minsu"], made.pk)
    anew = {one.contact_id: one.pk for one in Contact.objects.all()}
    assert leads_to(gone.pk)[0] == f"/known/contacts/{anew['K2']}/"
    assert leads_to(main.pk)[0] == f"/known/contacts/{anew['K1']}/"
    assert client.get("/known/contacts/987654/").status_code == 404


def test_who_is_erased_is_not_among_those_to_choose(two: Any, people: Any, signed_in: Any) -> None:
    gone, main = two
    personal.erase(people["dora"], gone)
    client = signed_in("minsu")
    for place in ("/known/notices/add/?account=A100", f"/contacts/{main.pk}/merge/",
                  f"/account/A100/people/{main.pk}/", f"/account/A100/people/{main.pk}/successor/"):  # fmt: skip
        page = client.get(place).content.decode()
        assert "Bob" in page
        assert 'value="K2"' not in page, place
    assert (
        f'<option value="{gone.pk}"'
        not in client.get(f"/contacts/{main.pk}/merge/").content.decode()
    )


def test_merges_one_upon_the_other_are_taken_back_in_any_order(two: Any, people: Any) -> None:
    before = state()
    for first in (1, 0):  # the last first gives all back; else nobody is lost
        made = [merging.merge(people["minsu"], *(Contact.objects.get(contact_id=c) for c in pair))
                for pair in (("K2", "K1"), ("K1", "K10"))]  # fmt: skip
        merging.undo(people["minsu"], made[first].pk)
        merging.undo(people["minsu"], made[1 - first].pk)
        assert [c[0] for c in state()["contacts"]] == ["K1", "K10", "K2"]
        if first == 1:
            assert state() == before


def test_rows_of_who_is_erased_that_an_import_set_aside_are_emptied(
    two: Any, people: Any, tmp_path: Any
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "contact code,account code,name,e-mail,attitude\n"
        "K2,A100,Ms. Kim,kim@hanbit.example,very good\n"
        "K9,A100,Mr Lee,K2@lee.example,very bad\n"
        "K8,A100,Ms Oh,,1\n",
        encoding="utf-8",
    )
    report = engine.run_import(settings.HOME, [file], engine.ImportOptions(table="contacts"))
    assert sum(report.rows_set_aside.values()) == 2
    merging.merge(people["minsu"], *two)
    personal.erase(people["dora"], Contact.objects.get(contact_id="K1"))
    told = engine.set_aside_file(settings.HOME, report.import_id, "csv").decode()
    assert "Ms. Kim" not in told
    assert "kim@hanbit" not in told
    assert "K2" in told
    assert "Mr Lee" in told
    assert "K2@lee.example" in told
