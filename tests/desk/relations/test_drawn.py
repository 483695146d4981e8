"""Who of a crowd is drawn: the order in which an account depends on its people."""

from __future__ import annotations

from datetime import date

from mainstay.desk.relations.drawn import MOST_DRAWN, MOST_OURS, Asked, drawn
from mainstay.desk.relations.queries import ranked
from mainstay.desk.relations.types import Knows, Ours, People, Theirs

TODAY = date(2026, 1, 5)


def crowd() -> People:
    """300 who use only; who decides, blocks, influences, is known or has people below stands behind them."""
    users = [Theirs(f"u{i}", f"A {i:03}", department="user", power="uses") for i in range(300)]
    users += [Theirs("w", "A worker", department="user", reports_to="chief")]
    some = [
        Theirs("decides", "Z", department="finance", power="decides"),
        Theirs("blocks", "Z", department="technical", power="blocks"),
        Theirs("influences", "Z", department="other", power="influences"),
        Theirs("known", "Z", department="management"),
        Theirs("chief", "Z", department="purchasing"),
        Theirs("left", "Z", department="purchasing", power="decides", left_on=date(2025, 1, 1)),
    ]
    ours = tuple(Ours(f"s{i:02}", f"S {i}") for i in range(30))
    ties = [Knows("known", "s07", 2), Knows("u299", "s08", 0), Knows("left", "s09", 3)]
    ties += [Knows(f"u{i}", "s11", 1) for i in range(5)]
    own = (*ours, Ours("manager", "M", looks_after="manager"))
    return People(TODAY, tuple(ranked([*users, *some])), own, tuple(ties))


def test_those_on_whom_it_depends_are_drawn_and_the_others_are_listed() -> None:
    people = crowd()
    found = drawn(people, Asked())
    keys = [one.contact_id for one in found.theirs]
    assert len(keys) == MOST_DRAWN
    named = {"decides", "blocks", "influences", "known", "chief", "u299", "u0", "u4"}
    assert named <= set(keys)
    assert "left" not in keys
    # In the order of the map, not in that of their weight.
    assert [one for one in people.theirs if one.contact_id in keys] == list(found.theirs)
    assert found.rows == found.theirs
    assert found.more == 306 - MOST_DRAWN


def test_every_one_of_theirs_stands_on_one_page() -> None:
    people = crowd()
    first = drawn(people, Asked())
    pages = [drawn(people, Asked(page=n)) for n in range(1, first.pages + 1)]
    listed = [one.contact_id for page in pages for one in page.rows]
    assert len(listed) == len(set(listed)) == 306
    assert [page.further for page in pages] == [True] * (first.pages - 1) + [False]
    assert {page.theirs for page in pages} == {first.theirs}
    assert drawn(people, Asked(page=10**9)).number == first.pages


def test_those_of_ours_who_look_after_it_and_know_most_are_drawn() -> None:
    found = drawn(crowd(), Asked())
    keys = {one.staff_id for one in found.ours}
    assert len(keys) == MOST_OURS
    assert {"manager", "s07", "s08", "s11"} <= keys
    assert len(found.hidden) == 31 - MOST_OURS
    # Who is tied only to somebody who left is drawn with those who left.
    assert "s09" not in {one.staff_id for one in drawn(crowd(), Asked(power="uses")).ours[:2]}


def test_a_few_are_drawn_all_and_what_is_asked_for_narrows_them() -> None:
    people = crowd()
    found = drawn(people, Asked(department="purchasing", left=True))
    assert [one.contact_id for one in found.rows] == ["chief", "left"]
    assert (found.pages, found.more, found.further) == (1, 0, False)
    assert drawn(people, Asked(unknown=True)).more == 306 - 6 - MOST_DRAWN
    assert drawn(People(TODAY), Asked()).rows == ()


def test_a_further_page_leads_back_to_the_first_of_what_was_asked() -> None:
    assert Asked(department="user").first_page == ""
    assert Asked(department="user", left=True, page=3).first_page == "?department=user&left=1"
