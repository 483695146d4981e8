"""Standards, working hours and days off, edited where they are read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mainstay.desk.access.models import Event
from mainstay.desk.care.models import ServiceStandard
from mainstay.desk.complaints.models import Clock, CountryHolidays, WorkingDay

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def standards(client: Client) -> dict[str, str]:
    """What the form of standards sends when nothing is changed."""
    page = client.get("/complaints/settings/").content.decode()
    found = dict(
        re.findall(
            r'<input type="(?:number|hidden)" name="(\w+-\d-\w+)"(?: value="([^"]*)")?', page
        )
    )
    return {"part": "standards", **found}


def test_standards_are_edited_in_place(
    signed_in: Any, complaint: Any, staff: None, worker: Any
) -> None:
    dora = signed_in("dora")
    made = complaint(kind="invoice")
    row = {
        "invoice-2-answer_within": "1.5",
        "invoice-2-solve_within": "10",
        "invoice-2-calendar": "always",
    }
    answer = dora.post("/complaints/settings/", {**standards(dora), **row})
    assert answer.headers["Location"] == "/complaints/settings/#standards"
    (own,) = ServiceStandard.objects.all()
    assert (own.answer_within, own.solve_within, own.calendar) == (1.5, 10, "always")
    assert worker() == ["clocks"]
    assert Clock.objects.get(pk=made.pk).next_due_at == made.opened_at + timedelta(hours=1.5)
    assert "By your own standards" in text(dora.get(f"/complaints/{made.pk}/"))
    # Sent again as it is, nothing changes; emptied, ours hold again.
    sent = {**standards(dora), **row, "invoice-2-seen": "1"}
    dora.post("/complaints/settings/", sent)
    assert ServiceStandard.objects.get().version == 1
    dora.post("/complaints/settings/", {"part": "standards", "invoice-2-seen": "1"})
    assert not ServiceStandard.objects.exists()
    assert "you have written none" in text(dora.get(f"/complaints/{made.pk}/"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"part": "standards", "other-1-answer_within": "2"}, "Set the hours to answer and to solve both"),
        ({"part": "standards", "other-1-answer_within": "9", "other-1-solve_within": "2"}, "after the solution"),
        ({"part": "standards", "other-1-answer_within": "-1", "other-1-solve_within": "2"}, "greater than"),
        ({"part": "standards", "other-1-answer_within": "nan", "other-1-solve_within": "2"}, "Enter a number"),
        ({"part": "hours"}, "at least one working day"),
        ({"part": "hours", "day-0-opens": "09:00"}, "both the beginning and the end"),
        ({"part": "hours", "day-0-opens": "18:00", "day-0-closes": "09:00"}, "not after the beginning"),
        ({"part": "hours", "day-0-opens": "09:00", "day-0-closes": "12:00", "day-7-opens": "12:00"}, "both the beginning and the end"),
        ({"part": "hours", "day-0-opens": "09:00", "day-0-closes": "12:00", "day-7-opens": "08:00", "day-7-closes": "13:00"}, "leaves no time to work"),
        ({"part": "holidays", "off-TW-days": "someday"}, "holidays can&#x27;t hold"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(
    signed_in: Any, published: Any, typed: dict[str, str], said: str
) -> None:
    answer = signed_in("dora").post("/complaints/settings/", typed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not ServiceStandard.objects.exists()
    assert not WorkingDay.objects.exists()
    assert not CountryHolidays.objects.exists()


def test_hours_and_days_off_are_set_and_recorded(signed_in: Any, published: Any) -> None:
    dora = signed_in("dora")
    dora.post(
        "/complaints/settings/", {"part": "hours", "day-0-opens": "08:00", "day-0-closes": "00:00"}
    )
    assert str(WorkingDay.objects.get()) == "0 08:00-00:00"
    typed = {"day-0-opens": "08:00", "day-0-closes": "18:00"}
    typed |= {"day-7-opens": "12:00", "day-7-closes": "13:30"}
    dora.post("/complaints/settings/", {"part": "hours", **typed})
    assert str(WorkingDay.objects.get()) == "0 08:00-18:00 without 12:00-13:30"
    assert 'value="13:30"' in dora.get("/complaints/settings/").content.decode()
    dora.post("/complaints/settings/", {"part": "holidays", "off-TW-days": "2026-06-19"})
    assert CountryHolidays.objects.get(country="TW").days == "2026-06-19"
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"settings.working_hours", "settings.holidays"} <= verbs


def test_standards_changed_meanwhile_are_said(signed_in: Any, published: Any) -> None:
    dora, ada = signed_in("dora"), signed_in("ada")
    row = {"part": "standards", "other-1-answer_within": "1", "other-1-solve_within": "2"}
    dora.post("/complaints/settings/", row)
    ada.post("/complaints/settings/", {**row, "other-1-solve_within": "3", "other-1-seen": "1"})
    answer = dora.post(
        "/complaints/settings/", {**row, "other-1-solve_within": "5", "other-1-seen": "1"}
    )
    assert "Ada Mason changed this meanwhile" in text(answer)
    assert ServiceStandard.objects.get().solve_within == 3
