"""What is dangerous about a relationship, told from who knows whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from mainstay.desk.relations import words
from mainstay.desk.relations.findings import CODES, HANGING, Finding, findings, only_ties
from mainstay.desk.relations.types import Knows, Ours, People, Theirs

TODAY = date(2026, 3, 2)
KIM = Theirs("kim", "Ms Kim", department="management", power="decides")
LEE = Theirs("lee", "Mr Lee", department="purchasing", power="influences")
SATO = Theirs("sato", "Dr Sato", department="technical", power="uses")
CHEN, PARK = Ours("chen", "Wei Chen"), Ours("park", "Park Ji-ho")


def people(theirs: list[Theirs], *ties: str, ours: tuple[Ours, ...] = (CHEN, PARK)) -> People:
    """Ties as “chen-kim” or, with a strength, “chen-kim-0”."""
    made = []
    for tie in ties:
        staff, contact, *strength = tie.split("-")
        made.append(Knows(contact, staff, int(strength[0]) if strength else 2))
    return People(TODAY, tuple(theirs), ours, tuple(made))


def said(given: People) -> list[str]:
    with translation.override("en"):
        return [words.sentence(found, given.names) for found in findings(given)]


def codes(given: People) -> list[str]:
    return [found.code for found in findings(given)]


def test_nothing_is_said_of_nobody_and_of_a_net_without_holes() -> None:
    assert findings(people([])) == ()
    ties = [f"{ours}-{theirs}" for ours in ("chen", "park") for theirs in ("kim", "lee", "sato")]
    assert findings(people([KIM, LEE, SATO], *ties)) == ()


def test_all_ties_through_one_of_ours() -> None:
    given = people([KIM, LEE, SATO], "chen-kim", "chen-lee", "chen-sato")
    assert said(given) == ["All 3 ties run through Wei Chen."]
    assert said(people([KIM], "chen-kim")) == ["The only tie is that of Wei Chen with Ms Kim."]


def test_all_ties_to_one_of_theirs() -> None:
    given = people([KIM, LEE], "chen-kim", "park-kim")
    assert said(given) == [
        "All 2 ties end at Ms Kim.",
        "Nobody of ours knows anybody in: Purchasing.",
    ]


def test_who_decides_and_nobody_knows() -> None:
    given = people([KIM, LEE, SATO], "chen-lee", "park-lee", "park-sato", "chen-sato")
    assert said(given)[0] == "Nobody knows who decides: Ms Kim."
    # Known by name is not known.
    assert "decider_unknown" in codes(people([KIM, LEE], "chen-kim-0", "chen-lee", "park-lee"))


def test_names_of_many_are_cut_and_counted() -> None:
    deciders = [replace(KIM, contact_id=f"k{i}", name=f"Kim {i}") for i in range(5)]
    given = people([*deciders, LEE], "chen-lee", "park-lee")
    assert "Nobody knows who decides: Kim 0, Kim 1, Kim 2 and 2 more." in said(given)


def test_who_left_of_theirs_does_not_count() -> None:
    gone = replace(KIM, left_on=TODAY)
    to_leave = replace(KIM, left_on=date(2026, 3, 3))
    assert "no_decider" in codes(people([gone, LEE], "chen-lee", "park-lee"))
    assert "decider_unknown" in codes(people([to_leave, LEE], "chen-lee", "park-lee"))
    assert codes(people([gone], "chen-kim")) == []


def test_who_left_of_ours_takes_their_ties_along() -> None:
    gone = replace(CHEN, left_on=date(2026, 1, 31))
    given = people([KIM, LEE, SATO], "chen-kim", "chen-lee", "park-sato", ours=(gone, PARK))
    assert said(given)[0] == "Wei Chen has left us, and nobody else knows Mr Lee, Ms Kim."
    assert codes(given)[1] == "one_of_ours"


def test_most_hangs_on_one() -> None:
    crowd = [replace(SATO, contact_id=f"t{i}", name=f"T {i}") for i in range(5)]
    ours = people([KIM, *crowd], "park-kim", "chen-kim", *(f"chen-t{i}" for i in range(5)))
    assert said(ours) == ["5 of the 6 people whom we know there are known to Wei Chen alone."]
    three = (CHEN, PARK, Ours("ana", "Ana"))
    theirs = people([KIM, LEE], "chen-kim", "park-kim", "ana-kim", "chen-lee", ours=three)
    assert said(theirs) == ["3 of 4 ties end at Ms Kim."]


def test_who_decides_against_us_and_who_blocks() -> None:
    against = replace(KIM, attitude=-1)
    blocks = replace(LEE, power="blocks", attitude=-2)
    ties = ("chen-kim", "park-kim", "chen-lee", "park-lee")
    assert said(people([against, blocks], *ties)) == [
        "Decides, and is against us: Ms Kim.",
        "Can block, and is against us: Mr Lee.",
    ]


def test_contacts_whom_nobody_has_met() -> None:
    assert said(people([KIM, LEE])) == ["Nobody of ours has met any of the 2 contacts there."]
    assert codes(people([LEE])) == ["nobody_known", "no_decider"]


def test_ties_that_nobody_else_has() -> None:
    given = people([KIM, LEE], "chen-kim", "park-kim", "chen-lee")
    assert only_ties(given) == {("lee", "chen")}


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_words_and_survives_being_stored(code: str, language: str) -> None:
    found = Finding(code, 4, 6, ("chen",), ("kim",), ("finance",))
    assert Finding.read(found.stored()) == found
    with translation.override(language):
        text = words.sentence(found, {"staff": {}, "contact": {"kim": "{n} Kim"}})
    assert text
    assert "{of}" not in text


def test_what_hangs_on_one_stands_before_all_else() -> None:
    assert set(HANGING) == {c for c in CODES if "ours" in c or "theirs" in c}
    assert CODES[: len(HANGING)] == HANGING


def test_a_name_that_ends_in_a_full_stop_gets_no_second() -> None:
    given = people([replace(KIM, name="Kim A."), LEE], "chen-lee", "park-lee")
    assert "Nobody knows who decides: Kim A." in said(given)


def test_codes_without_names_are_shown_as_they_are() -> None:
    unknown: Any = {"staff": {}, "contact": {}}
    assert "S9" in words.sentence(Finding("one_of_ours", 2, staff=("S9",)), unknown)
