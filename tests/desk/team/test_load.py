"""Who carries how much: hours, cases, new things and money, for who leads and for each alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import desk_plan
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay.desk.accounts.queries import Sight, at_risk
from mainstay.desk.cases.models import Case, CaseStep, PlayRun
from mainstay.desk.facts.services import entry
from mainstay.desk.team import load
from mainstay.desk.team.models import Absence, Assignment, Hours, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIMITS = [
    desk_plan.hours("S1", 20.0, under_way=6.0, planned=8.0, price=85.0, binds=True),
    desk_plan.hours("S2", 4.0, under_way=7.0),
    desk_plan.hours("S9", 10.0),
    {**desk_plan.hours("rebate", -500.0), "kind": "money"},
    {**desk_plan.hours("discount", 2000.0, planned=750.0), "kind": "money"},
]
CONTRADICTION = {
    "template": "Of the budget “{pool}” {over_money} more is spent than there is by now; nothing new is "
    "taken from it.",
    "data": {"pool": "rebate", "over_money": 500.0},
}


NO_RESCUE = {
    "template": "{name} told us that it will buy less, and this week's hours allow no rescue of it.",
    "data": {"name": "Bakery <b>Zarya</b>", "account_id": "A107"},
}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture(autouse=True)
def _company(own_store: None, settings: Any, published: Any, people: Any) -> None:
    desk_plan.freeze(settings.HOME.store, limits=LIMITS, contradictions=[CONTRADICTION, NO_RESCUE])
    with entry(people["dora"]) as book:
        for code, name in (("S1", "김민수"), ("S2", "陳偉"), ("S9", "Helen Senior")):
            book.add(Staff(staff_id=code, name=name, reports_to=None if code == "S9" else "S9"))
        book.add(Hours(staff_id="S1", from_on=desk_plan.AS_OF, weekly_hours=24.0))


def of(people: Any, name: str = "dora") -> load.Team:
    user = people[name]
    return load.team(Sight.of(user), timezone.localdate(), everybody=name == "dora")


def one(found: load.Team, staff_id: str | None) -> load.Load:
    return next(p for p in found.people if p.staff_id == staff_id)


def test_everybody_is_there_by_name_and_the_sums_are_those_of_the_first_page(people: Any) -> None:
    found = of(people)
    names = [p.name for p in found.people]
    assert names == sorted(names)
    assert found.risk == pytest.approx(at_risk(Sight.of(people["dora"])).amount)
    assert found.covered == 0
    sora = one(found, "S1")
    assert sora.bare == pytest.approx(96e3 + 52e3 + 38e3)
    assert (sora.hours.free, sora.hours.less, sora.hours.set_for_all) == (6.0, 4.0, False)
    assert (one(found, "S2").hours.over, one(found, "S2").hours.set_for_all) == (3.0, True)


def test_money_is_cared_for_where_a_case_or_a_play_is_under_way(
    people: Any, signed_in: Any
) -> None:
    before, today = of(people), timezone.localdate()
    signed_in("minsu").post("/account/A100/take/")
    with entry(people["dora"]) as book:
        run = {"chosen": "person", "from_on": today - timedelta(days=3)}
        book.add(PlayRun(account_id="A101", play="visits", **run))
        book.add(PlayRun(account_id="A107", play="nothing", **run))  # a coin: nobody cares for it
        over = {"to_on": today - timedelta(days=1)}
        book.add(
            PlayRun(
                account_id="A107",
                play="visits",
                chosen="rule",
                from_on=today - timedelta(days=9),
                **over,
            )
        )
    found = of(people)
    mine = one(found, "S1")
    assert mine.covered == pytest.approx(96e3 + 52e3)
    assert mine.bare == pytest.approx(38e3)
    assert found.covered + found.bare == pytest.approx(before.risk)
    assert mine.open == 1


def test_what_became_of_the_new_things_of_the_week(people: Any, signed_in: Any) -> None:
    minsu, today = signed_in("minsu"), timezone.localdate()
    assert one(of(people), "S1").waiting == 3  # A107 told us, A100 and A101 are planned
    minsu.post("/account/A100/take/")
    minsu.post("/account/A101/put-off/", {"kind": "dismiss", "reason": "Natural"})
    until = today + timedelta(days=5)
    minsu.post("/account/A107/put-off/", {"kind": "snooze", "until": until, "reason": "Away"})
    mine = one(of(people), "S1")
    assert (mine.proposed, mine.taken, mine.put_off, mine.dismissed) == (3, 1, 1, 1)
    CaseStep.objects.update(due_on=today - timedelta(days=1))
    assert one(of(people), "S9").overdue == 1  # the senior's step of that case
    page = text(signed_in("dora").get("/team/load/"))
    assert "1 of 3 taken" in page
    assert "1 dismissed" in page


def test_who_is_on_leave_and_who_stands_in(people: Any, signed_in: Any) -> None:
    today = timezone.localdate()
    with entry(people["dora"]) as book:
        book.add(
            Absence(
                staff_id="S1", from_on=today - timedelta(days=1), to_on=today + timedelta(days=20)
            )
        )
        book.add(
            Absence(
                staff_id="S2", from_on=today + timedelta(days=10), to_on=today + timedelta(days=11)
            )
        )
        for account, deputy in (("A100", "S2"), ("A101", "S2"), ("00123", "S1")):
            book.add(
                Assignment(
                    account_id=account,
                    staff_id=deputy,
                    role="deputy",
                    from_on=today - timedelta(days=30),
                )
            )
    found = of(people)
    leave = one(found, "S1").leave
    assert leave.whole
    assert leave.stand_ins == (("陳偉", 2),)
    assert leave.alone == 2  # nobody for A107; and for 00123 only who is away
    soon = one(found, "S2").leave
    assert (soon.whole, soon.alone, soon.stand_ins) == (False, 0, ())
    page = text(signed_in("dora").get("/team/load/"))
    assert "陳偉 stands in for 2 accounts" in page
    assert "nobody stands in for 2 accounts" in page


@pytest.mark.parametrize("gap", [0, 1, -3])
def test_rows_of_leave_that_adjoin_are_one_leave(people: Any, signed_in: Any, gap: int) -> None:
    today = timezone.localdate()
    middle, last = today + timedelta(days=2), today + timedelta(days=12)
    with entry(people["dora"]) as book:
        for first, end in (
            (today - timedelta(days=7), middle),
            (middle + timedelta(days=gap), last),
        ):
            book.add(Absence(staff_id="S1", from_on=first, to_on=end))
    leave = one(of(people), "S1").leave
    assert (leave.from_on, leave.to_on) == (today - timedelta(days=7), last)
    assert leave.whole
    assert leave.alone == 4  # A100, A101, A107 and 00123
    assert "nobody stands in for 4 accounts" in text(signed_in("dora").get("/team/load/"))


def test_a_weekend_between_is_no_return_and_a_working_day_is(people: Any) -> None:
    today = timezone.localdate()
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    with entry(people["dora"]) as book:
        for code, back in (("S1", 3), ("S2", 5)):  # on Monday, and on Wednesday
            book.add(Absence(staff_id=code, from_on=today - timedelta(days=7), to_on=friday))
            again = friday + timedelta(days=back)
            book.add(Absence(staff_id=code, from_on=again, to_on=again + timedelta(days=4)))
    found = of(people)
    assert one(found, "S1").leave.to_on == friday + timedelta(days=7)
    assert one(found, "S2").leave.to_on == friday


def test_leave_that_is_over_is_not_that_which_comes(people: Any) -> None:
    today = timezone.localdate()
    with entry(people["dora"]) as book:
        over = today - timedelta(days=5)
        book.add(Absence(staff_id="S1", from_on=over - timedelta(days=5), to_on=over))
        soon = today + timedelta(days=6)
        book.add(Absence(staff_id="S1", from_on=soon, to_on=soon))
        far = today + timedelta(days=20)
        book.add(Absence(staff_id="S2", from_on=far))
    found = of(people)
    assert (one(found, "S1").leave.from_on, one(found, "S2").leave) == (soon, None)


def test_who_have_the_same_name_are_told_apart(people: Any, signed_in: Any) -> None:
    with entry(people["dora"]) as book:
        book.add(Staff(staff_id="S7", name="陳偉", role="leader"))
        book.add(Absence(staff_id="S1", from_on=timezone.localdate()))
        book.add(
            Assignment(account_id="A100", staff_id="S2", role="deputy", from_on=desk_plan.AS_OF)
        )
    names = {p.staff_id: p.name for p in of(people).people}
    assert (names["S2"], names["S1"]) == ("陳偉 (S2)", "김민수")
    dora = signed_in("dora")
    assert "陳偉 (S2) stands in for 1 account" in text(dora.get("/team/load/"))
    assert "陳偉 (leader, S7)" in text(dora.get("/team/"))
    dora.post("/account/A103/take/")
    for page in (f"/cases/{Case.objects.get().pk}/", "/cases/"):
        assert "陳偉 (S2)" in text(dora.get(page)), page
    chosen = text(dora.get(f"/cases/{Case.objects.get().pk}/"))
    assert '<option value="S7">陳偉 (leader, S7)</option>' in chosen


def test_the_page_says_what_of_the_plan_does_not_fit(signed_in: Any) -> None:
    page = text(signed_in("dora").get("/team/load/"))
    assert "Of the budget “Rebate”" in page
    assert "overdrawn by" in page
    assert "Bakery &lt;b&gt;Zarya&lt;/b&gt; told us that it will buy less" in page
    assert 'href="/account/A107/">To the account</a>' in page
    assert "3 too many" in page
    assert "one more:" in page
    assert "of 24, the rest is leave" in page


def test_a_manager_sees_their_own_row_alone(signed_in: Any, people: Any) -> None:
    page = text(signed_in("minsu").get("/team/load/"))
    assert "What I carry" in page
    assert "김민수" in page
    for hidden in ("陳偉", "Helen Senior", "Rebate", "overdrawn"):
        assert hidden not in page
    found = of(people, "minsu")
    assert [p.staff_id for p in found.people] == ["S1"]
    assert "Nothing is in your hands" in text(signed_in("nobody").get("/team/load/"))
    assert 'href="/team/load/"' in text(signed_in("minsu").get("/week/"))


def test_it_asks_little_of_the_database(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    for name in ("dora", "minsu"):
        client: Client = signed_in(name)
        client.post("/account/A100/take/")
        client.get("/team/load/")
        cache.clear()
        with django_assert_max_num_queries(15):
            assert client.get("/team/load/").status_code == 200
