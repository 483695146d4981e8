"""What would be lost with one of their people."""

from __future__ import annotations

from datetime import date

from mainstay.desk.relations.leaving import Hanging, hanging
from mainstay.desk.relations.types import Knows, Ours, People, Theirs

TODAY = date(2026, 3, 2)
THEIRS = (
    Theirs("K1", "Ms Kim", department="management", power="decides"),
    Theirs("K2", "Mr Lee", department="purchasing", power="decides", reports_to="K1"),
    Theirs("K3", "Ann", department="purchasing", power="uses", reports_to="K1"),
    Theirs("K4", "Gone", department="technical", left_on=date(2026, 1, 1)),
)
OURS = (Ours("S1", "Wei"), Ours("S2", "Minsu"))


def people(*ties: tuple[str, str, int]) -> People:
    return People(TODAY, THEIRS, OURS, tuple(Knows(c, s, n) for c, s, n in ties))


def test_what_hangs_on_the_one_whom_we_know_best() -> None:
    found = hanging(people(("K1", "S1", 3), ("K1", "S2", 1), ("K3", "S2", 2)), "K1")
    assert found == Hanging(
        ours=("Wei", "Minsu"), only=("Wei",), last_in="management", only_decider=True,
        below=("Mr Lee", "Ann"),
    )  # fmt: skip


def test_with_others_known_less_hangs_on_them() -> None:
    found = hanging(people(("K1", "S1", 3), ("K2", "S1", 2), ("K3", "S2", 2)), "K2")
    assert found == Hanging(ours=("Wei",))
    assert hanging(people(("K2", "S1", 2), ("K3", "S2", 2)), "K2").only_decider


def test_nothing_hangs_on_strangers_and_on_those_who_left() -> None:
    known = people(("K1", "S1", 0), ("K4", "S1", 3))
    assert hanging(known, "K2").nothing
    assert hanging(known, "K4").nothing
    assert hanging(known, "nobody").nothing
    assert hanging(known, "K1") == Hanging(below=("Mr Lee", "Ann"))
