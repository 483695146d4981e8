"""What people say of a case and put to it: comments, files, cases opened by hand, who does which step."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import by_hand, files
from mainstay.desk.cases.models import Approval, Case, CaseComment, CaseFile, CaseStep, PlayRun
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact
from mainstay.desk.team.models import Absence, Assignment, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PDF = b"%PDF-1.7 an offer"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def minsu(signed_in: Any, plan: Any, staff: None) -> Client:
    plan()
    return signed_in("minsu")


@pytest.fixture
def case(minsu: Client) -> Case:
    minsu.post("/account/A100/take/")
    return Case.objects.get()


@pytest.fixture
def works(people: Any, staff: None) -> None:
    """Who does quality, supply, finance and service; assigned to A100: service and a deputy."""
    with entry(people["dora"]) as book:
        for code, role in (
            ("Q1", "Quality"),
            ("L1", "物流"),
            ("F1", "Accounting"),
            ("V1", "Service"),
        ):
            book.add(Staff(staff_id=code, name=code, role=role))
        for code, role in (("S1", "manager"), ("V1", "service"), ("S2", "deputy")):
            given = {"account_id": "A100", "staff_id": code, "role": role}
            book.add(Assignment(**given, from_on=date(2026, 1, 1)))


def owners(play: str, client: Client) -> dict[str, str | None]:
    """By role, who got the steps of a play that was begun by hand at A100."""
    client.post("/account/A100/case/", {"play": play})
    steps = CaseStep.objects.order_by("n").values_list("owner_id", flat=True)
    roles = [step.role for step in engine.play_catalogue()[play].steps]
    return dict(zip(roles, steps, strict=True))


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        ("quality_report", {"quality": "Q1", "manager": "S1"}),
        ("delivery_plan", {"supply": "L1", "manager": "S1"}),
        ("promise", {"finance": "F1", "manager": "S1"}),
        ("listen", {"senior": "S9", "manager": "S1"}),
        ("training", {"service": "V1", "manager": "S1"}),
    ],
)
def test_each_step_gets_whoever_the_plan_means(
    play: str, expected: dict[str, str], minsu: Client, works: None
) -> None:
    assert owners(play, minsu) == expected


def test_who_is_away_all_week_is_stood_in_for(minsu: Client, works: None, people: Any) -> None:
    today = timezone.localdate()
    away = {"from_on": today - timedelta(days=2), "to_on": today + timedelta(days=9)}
    with entry(people["dora"]) as book:
        for code in ("S1", "S9"):
            book.add(Absence(staff_id=code, **away))
    # The deputy does the manager's steps; above them is nobody who is there.
    assert owners("listen", minsu) == {"senior": "S2", "manager": "S2"}


def test_a_case_is_opened_by_hand_with_a_play_of_ones_choice(minsu: Client) -> None:
    page = text(minsu.get("/account/A101/case/"))
    assert "For accounts as this one stands" in page
    assert "Delivery put right" in page
    wrong = minsu.post("/account/A101/case/", {"play": "bribe", "text": "x"})
    assert wrong.status_code == 422
    long = minsu.post("/account/A101/case/", {"play": "", "text": "x" * 4001})
    assert "4000" in text(long)
    assert not Case.objects.exists()
    minsu.post("/account/A101/case/", {"play": "training", "text": "They <i>asked</i> for it"})
    case, run, today = Case.objects.get(), PlayRun.objects.get(), timezone.localdate()
    assert (case.play, case.from_plan, case.owner_id) == ("training", None, "S1")
    assert (run.chosen, run.probability, run.from_on) == ("person", None, today)
    days = [step.day for step in engine.play_catalogue()["training"].steps]
    due = list(CaseStep.objects.order_by("n").values_list("due_on", flat=True))
    assert due == [today + timedelta(days=day) for day in days]
    assert "They &lt;i&gt;asked&lt;/i&gt; for it" in text(minsu.get(f"/cases/{case.pk}/"))
    again = minsu.post("/account/A101/case/", {"play": ""})
    assert again.status_code == 422
    assert "open already" in text(again)


def test_what_gives_something_is_asked_for_when_it_is_begun_by_hand(minsu: Client) -> None:
    minsu.post("/account/A101/case/", {"play": "trial", "text": "They asked for samples"})
    case, asked = Case.objects.get(), Approval.objects.get()
    assert (asked.case_id, asked.state, asked.kind) == (case.case_id, "asked", "goods")
    assert (asked.amount, asked.reason) == (150, "They asked for samples")
    assert not PlayRun.objects.exists()


def test_what_is_begun_by_hand_says_what_it_takes(minsu: Client, people: Any) -> None:
    sight = Sight.of(people["minsu"])
    account = sight.accounts.get(account_id="A100")
    thing = by_hand.thing(sight, account, "rebate_return", timezone.localdate())
    play = engine.play_catalogue()["rebate_return"]
    assert thing.row["money"] == pytest.approx(play.cost.share * account.baseline_52)
    assert (thing.row["pool"], thing.row["needs_approval"]) == ("rebate", True)
    assert by_hand.thing(sight, account, None, timezone.localdate()).row == {}


def test_whoever_sees_the_account_may_comment_and_a_second_tap_says_nothing(
    case: Case, minsu: Client, signed_in: Any
) -> None:
    where = f"/cases/{case.pk}/comment/"
    quentin = signed_in("quentin")
    for _ in range(2):
        quentin.post(where, {"text": "The batch was <b>fine</b>\nwe think", "once": "q1"})
    said = CaseComment.objects.get()
    assert (said.account_id, said.on, said.by_id) == ("A100", timezone.localdate(), "quentin")
    page = text(minsu.get(f"/cases/{case.pk}/"))
    assert "The batch was &lt;b&gt;fine&lt;/b&gt;" in page
    assert "Quentin Moreau" in page
    assert minsu.post(where, {"text": "  "}).status_code == 422
    assert "4000" in text(minsu.post(where, {"text": "y" * 4001}))
    assert signed_in("wei").post(where, {"text": "Mine"}).status_code == 404
    assert CaseComment.objects.count() == 1


def put(client: Client, case: Case, name: str, content: bytes) -> str:
    """What is said when a file is put to a case."""
    sent = SimpleUploadedFile(name, content)
    return text(client.post(f"/cases/{case.pk}/file/", {"file": sent}, follow=True))


def test_a_file_is_kept_handed_out_as_a_copy_and_taken_away(
    case: Case, minsu: Client, signed_in: Any, settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    assert "The file is kept" in put(minsu, case, "../../Offer <1>.PDF", PDF)
    kept = CaseFile.objects.get()
    assert kept.name == "Offer _1_.PDF"
    assert kept.path.parent == settings.HOME.case_files
    assert kept.path.read_bytes() == PDF
    assert kept.path.stat().st_mode & 0o777 == 0o600
    where = f"/cases/{case.pk}/file/{kept.pk}/"
    answer = signed_in("quentin").get(where)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert signed_in("wei").get(where).status_code == 404
    assert signed_in("wei").post(f"{where}remove/").status_code == 404
    signed_in("quentin").post(f"{where}remove/")  # neither theirs nor a leader's
    assert kept.path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        minsu.post(f"{where}remove/")
    assert not CaseFile.objects.exists()
    assert not kept.path.exists()
    verbs = Event.objects.filter(verb__startswith="case_files.").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "case_files.add",
        "case_files.download",
        "case_files.remove",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>alert(1)</script>", "is no file that can be kept here"),
        ("drawing.svg", b"<svg/>", "is no file that can be kept here"),
        ("no ending", PDF, "is no file that can be kept here"),
        ("macro.xlsm", b"PK\x03\x04", "is no file that can be kept here"),
        ("photo.png", b"<html>", "not what its ending says"),
        ("offer.pdf", b"MZ\x90", "not what its ending says"),
        ("notes.txt", b"\x00\x01\x02", "not what its ending says"),
        ("notes.txt", b"", "not what its ending says"),
    ],
)
def test_what_is_not_what_it_says_is_refused(
    case: Case, minsu: Client, name: str, content: bytes, said: str
) -> None:
    assert said in put(minsu, case, name, content)
    assert not CaseFile.objects.exists()


def test_no_file_too_large_and_too_many_are_said(
    case: Case, minsu: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    assert "Choose a file first" in text(minsu.post(f"/cases/{case.pk}/file/", {}, follow=True))
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    assert "more than 1 MB" in put(minsu, case, "a.txt", b"a" * (2**20 + 1))
    monkeypatch.setattr(files.SmallFiles, "most", 1000)
    assert "more than 1 MB" in put(minsu, case, "a.txt", b"a" * 5000)
    assert not list(Path(settings.HOME.uploads).glob("*.upload*"))
    monkeypatch.setattr(files, "MOST_FILES", 1)
    put(minsu, case, "a.txt", b"a")
    assert "has 1 files already" in put(minsu, case, "b.txt", b"b")


def test_a_file_needs_its_own_token(case: Case, people: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(
        people["minsu"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    sent = SimpleUploadedFile("offer.pdf", PDF)
    assert strict.post(f"/cases/{case.pk}/file/", {"file": sent}).status_code == 403
    assert not CaseFile.objects.exists()


def test_files_of_cases_that_were_taken_back_are_forgotten(
    case: Case, minsu: Client, people: Any, settings: Any
) -> None:
    put(minsu, case, "offer.pdf", PDF)
    stray = settings.HOME.case_files / "stray"
    stray.write_bytes(b"cut off")
    now = timezone.now()
    assert files.forget_files(now) == 0
    assert CaseFile.objects.count() == 1
    with entry(people["dora"]) as book:
        book.withdraw(case, seen=case.version)
    assert files.forget_files(now + timedelta(days=2)) == 2
    assert not CaseFile.objects.exists()
    assert not list(settings.HOME.case_files.iterdir())


def test_who_erases_a_contact_is_led_to_what_may_name_them(
    case: Case, minsu: Client, signed_in: Any, people: Any
) -> None:
    with entry(people["dora"]) as book:
        contact = book.add(Contact(contact_id="C1", account_id="A100", name="Ann"))
    where = f"/contacts/{contact.pk}/erase/"
    assert "comments and files of cases" not in text(signed_in("dora").get(where))
    put(minsu, case, "offer.pdf", PDF)
    page = text(signed_in("dora").get(where))
    assert "comments and files of cases" in page
    assert f'href="/cases/{case.pk}/"' in page


def test_reopening_goes_on_with_the_run(case: Case, minsu: Client) -> None:
    ends = PlayRun.objects.get().to_on
    minsu.post(f"/cases/{case.pk}/close/", {"seen": 1, "outcome": "lost"})
    run = PlayRun.objects.get()
    assert (run.to_on, run.result) == (timezone.localdate(), "lost")
    minsu.post(f"/cases/{case.pk}/reopen/", {"seen": 2})
    run.refresh_from_db()
    days = max(step.day for step in engine.play_catalogue()["listen"].steps)
    assert (run.to_on, run.result) == (run.from_on + timedelta(days=days), None)
    assert run.to_on >= ends - timedelta(days=7)


def test_a_run_whose_time_has_passed_goes_on_until_the_case_is_closed(
    case: Case, minsu: Client
) -> None:
    past = timezone.localdate() - timedelta(days=200)
    Case.objects.update(opened_on=past)
    PlayRun.objects.update(from_on=past)
    minsu.post(f"/cases/{case.pk}/close/", {"seen": 1, "outcome": "lost"})
    minsu.post(f"/cases/{case.pk}/reopen/", {"seen": 2})
    assert PlayRun.objects.get().to_on is None


def test_the_list_is_narrowed_by_owner_and_by_play(
    minsu: Client, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    dora = signed_in("dora")
    minsu.post("/account/A100/take/")
    minsu.post("/account/A101/case/", {"play": "trial"})
    dora.post("/account/A103/case/", {"play": "trial"})

    def listed(address: str) -> list[str]:
        return re.findall(r'class="strong" href="/cases/\d+/">([^<]+)<', text(dora.get(address)))

    assert len(listed("/cases/")) == 3
    assert listed("/cases/?owner=S2") == ["한빛산업 주식회사"]
    assert listed("/cases/?play=listen") == ["Harbour Hardware Ltd"]
    assert listed("/cases/?owner=S1&play=trial") == ["林氏五金行"]
    assert listed("/cases/?owner=nobody") == []
    page = text(dora.get("/cases/?owner=S1"))
    assert '<option value="S1" selected>' in page
    assert '<span class="count">2</span>' in page
    assert "한빛산업" not in text(minsu.get("/cases/"))
    assert 'value="S2"' not in text(minsu.get("/cases/"))  # of another's cases nothing is told
    dora.get("/cases/")
    with django_assert_max_num_queries(15):
        dora.get("/cases/")
