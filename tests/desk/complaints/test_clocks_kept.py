"""The table of running clocks: true after every entry, import and change of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.desk.care.models import Complaint, ServiceStandard
from mainstay.desk.complaints import escalation, remaking, services
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.facts import derived
from mainstay.desk.facts.models import AccountFacts
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def what_and_due(one: Complaint) -> tuple[str, datetime]:
    clock = Clock.objects.get(complaint=one)
    return clock.what, clock.next_due_at


def test_an_entry_keeps_its_clock(complaint: Any, people: Any) -> None:
    made = complaint(opened_at=MONDAY)
    assert what_and_due(made) == ("answer", MONDAY + timedelta(hours=4))
    with entry(people["minsu"]) as book:
        now = book.change(made, {"first_answer_at": MONDAY + timedelta(hours=1)}, seen=1)
    # 16 working hours from Monday 10:00: 8 h on Monday, 8 h on Tuesday until 17:00.
    assert what_and_due(made) == ("on_site", datetime(2026, 3, 3, 17, tzinfo=UTC))
    with entry(people["minsu"]) as book:
        book.withdraw(now, seen=2)
    assert not Clock.objects.exists()


def test_a_written_standard_holds_once_the_worker_came_and_ours_again_without_it(
    complaint: Any, people: Any, worker: Any
) -> None:
    made = complaint(opened_at=MONDAY, kind="invoice")
    with entry(people["dora"]) as book:
        own = book.add(
            ServiceStandard(
                kind="invoice", severity=2, answer_within=1, solve_within=2, calendar="always"
            )
        )
    # What takes minutes on a large desk is not done in the request.
    assert what_and_due(made) == ("answer", MONDAY + timedelta(hours=4))
    assert worker() == ["clocks"]
    assert what_and_due(made) == ("answer", MONDAY + timedelta(hours=1))
    with entry(people["dora"]) as book:
        book.withdraw(own, seen=1)
    assert worker() == ["clocks"]
    assert what_and_due(made) == ("answer", MONDAY + timedelta(hours=4))


def test_working_hours_and_days_off_hold_once_the_worker_came(
    complaint: Any, people: Any, worker: Any
) -> None:
    made = complaint(opened_at=MONDAY)
    services.set_week(people["dora"], {0: (time(9), time(12)), 2: (time(9), time(12))})
    assert what_and_due(made) == ("answer", MONDAY + timedelta(hours=4))
    assert worker() == ["clocks"]
    assert what_and_due(made)[1] == datetime(2026, 3, 4, 11, tzinfo=UTC)  # 2 h on Wednesday
    services.set_holidays(people["dora"], {"TW": "2026-03-04"})
    assert worker() == ["clocks"]
    services.set_holidays(people["dora"], {"TW": "2026-03-04"})
    assert worker() == []  # nothing changed
    assert what_and_due(made)[1] == datetime(2026, 3, 9, 11, tzinfo=UTC)


def test_a_break_and_a_worked_weekend_hold_once_the_worker_came(
    complaint: Any, people: Any, worker: Any
) -> None:
    made = complaint(opened_at=datetime(2026, 2, 27, 17, tzinfo=UTC))  # Friday; 4 hours to answer
    assert what_and_due(made)[1] == datetime(2026, 3, 2, 12, tzinfo=UTC)
    services.set_holidays(people["dora"], {"TW": "+2026-02-28"})
    assert worker() == ["clocks"]
    assert what_and_due(made)[1] == datetime(2026, 2, 28, 12, tzinfo=UTC)
    week = {n: (time(9), time(18)) for n in range(5)}
    services.set_week(people["dora"], week, (time(11), time(13)))
    assert worker() == ["clocks"]
    assert what_and_due(made)[1] == datetime(2026, 2, 28, 14, tzinfo=UTC)


def test_the_country_of_the_account_decides_the_days_off(complaint: Any, people: Any) -> None:
    # 2026-02-27, a Friday, at 17:00; Monday 2 March stands in for 1 March in a company's own list.
    services.set_holidays(people["dora"], {"KR": "2026-03-02", "": "2026-03-02 to 2026-03-03"})
    friday = datetime(2026, 2, 27, 17, tzinfo=UTC)
    taiwan = complaint(opened_at=friday)  # A100 is in Taiwan
    korea = complaint(opened_at=friday, account_id="A101")
    assert what_and_due(taiwan)[1] == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert what_and_due(korea)[1] == datetime(2026, 3, 3, 12, tzinfo=UTC)
    with entry(people["dora"]) as book:
        book.add(AccountFacts(account_id="A100", name="Harbour", country="Utopia"))
    assert what_and_due(taiwan)[1] == datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_after_an_import_all_clocks_are_made_anew(complaint: Any) -> None:
    stays, solved = complaint(opened_at=MONDAY), complaint(opened_at=MONDAY)
    long_ago = complaint(opened_at=MONDAY)
    before = what_and_due(stays)
    Complaint.objects.filter(pk=solved.pk).update(solved_at=timezone.now())
    Complaint.objects.filter(pk=long_ago.pk).update(solved_at=MONDAY)
    Clock.objects.filter(pk=stays.pk).delete()
    derived.remake_all(["complaints"])
    assert what_and_due(stays) == before
    assert Clock.objects.get(pk=solved.pk).waiting
    assert not Clock.objects.filter(pk=long_ago.pk).exists()


def test_rows_are_made_anew_in_parts(complaint: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(remaking, "CHUNK", 2)
    made = {complaint(opened_at=MONDAY).pk for _ in range(5)}
    Clock.objects.all().delete()
    told: list[tuple[float, float]] = []
    remaking.remake(None, lambda done, of: told.append((done, of)))
    assert set(Clock.objects.values_list("pk", flat=True)) == made
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_all_clocks_are_made_in_short_transactions(complaint: Any, monkeypatch: Any) -> None:
    """Between two parts others write; what they wrote is read, not what it was before."""
    monkeypatch.setattr(remaking, "CHUNK", 1)
    first, second = complaint(opened_at=MONDAY), complaint(opened_at=MONDAY)
    slept: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept.append(seconds)
        Complaint.objects.filter(pk=second.pk).update(solved_at=timezone.now())

    monkeypatch.setattr(remaking.time, "sleep", meanwhile)
    remaking.remake(None)
    assert len(slept) == 2
    assert not Clock.objects.get(pk=first.pk).waiting
    assert Clock.objects.get(pk=second.pk).waiting


def test_a_kind_that_is_not_known_counts_as_other(complaint: Any) -> None:
    made = complaint(opened_at=MONDAY, kind=None, severity=None)
    assert Clock.objects.get(complaint=made).kind == "other"


# Of A100's manager S1; a complaint of severity 3 is to be answered in 2 h, around the clock.
@pytest.mark.parametrize(
    ("hours_ago", "who"),
    [
        (1, set()),
        (1.6, {"minsu"}),  # a quarter of the time is left
        (2.1, {"minsu", "helen"}),
        (2.6, {"minsu", "helen", "dora"}),
    ],
)
def test_a_clock_goes_up_from_owner_to_superior_to_director(
    complaint: Any, people: Any, staff: None, hours_ago: float, who: set[str]
) -> None:
    helen = people["ana"]
    helen.staff_id = "S9"
    helen.save()
    complaint(hours_ago=hours_ago, severity=3)
    now = timezone.now()
    everybody = {"minsu": people["minsu"], "helen": helen, "dora": people["dora"]}
    everybody |= {"wei": people["wei"], "ada": people["ada"]}
    found = {
        name for name, user in everybody.items() if escalation.escalated_to(Seen.by(user), now)
    }
    assert found == who
    assert escalation.count(people["minsu"], timezone.now()) == len(who & {"minsu"})


def test_without_a_known_superior_it_goes_to_the_director_when_due(
    complaint: Any, people: Any, staff: None
) -> None:
    complaint(hours_ago=2.1, severity=3, owner_id="S9")
    assert escalation.count(people["dora"], timezone.now()) == 1
    assert escalation.count(people["minsu"], timezone.now()) == 0
    # From now on S9 reports to S1.
    with entry(people["dora"]) as book:
        book.change(Staff.objects.get(staff_id="S9"), {"reports_to": "S1"}, seen=1)
    assert escalation.count(people["dora"], timezone.now()) == 0
    assert escalation.count(people["minsu"], timezone.now()) == 1


def test_nobody_is_told_of_accounts_that_they_do_not_see(complaint: Any, people: Any) -> None:
    complaint(hours_ago=5, severity=3, account_id="A103", owner_id="S1")
    assert escalation.count(people["minsu"], timezone.now()) == 0
    assert escalation.count(people["dora"], timezone.now()) == 1
