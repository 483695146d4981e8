"""“They told us”: on the director's page within one request, and gone again when taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.desk.accounts.models import Account, StateAt, latest
from mainstay.desk.care.models import Notice, StateBefore
from mainstay.desk.facts import derived

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TOLD = "/account/00123/told/"  # steady, hardly anything at risk
TODAY = timezone.localdate()
SHOWN = ("state", "state_since", "previous_state", "reasons")


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.content.decode()))


def shown(account_id: str = "00123") -> dict[str, Any]:
    return Account.objects.filter(account_id=account_id).values(*SHOWN).get()


def states(account_id: str = "00123") -> list[tuple[Any, str]]:
    return list(StateAt.objects.filter(account_id=account_id).values_list("on", "state"))


def test_within_one_request_the_director_has_it_on_top(minsu: Client, dora: Client) -> None:
    before = plain(dora.get("/"))
    assert "Müller" not in before.split("Still at risk")[0]
    assert "€186k" in before
    minsu.post(TOLD, {"kind": "will_leave", "text": "“We go to <Rival>”", "once": "a"})
    page = dora.get("/")
    text = plain(page)
    assert text.index("Müller") < text.index("At risk over the next 52 weeks")
    assert "They will leave" in text
    assert "written down by 김민수" in text
    assert "“We go to &lt;Rival&gt;”" in page.content.decode()
    assert "€188k" in text  # its 2k are among what is at risk, though the sums are kept
    assert page.content.decode().count("Müller &amp; Söhne</a>") == 1


def test_what_they_said_a_month_ago_is_on_top_when_it_is_written_down(
    minsu: Client, dora: Client
) -> None:
    minsu.post(TOLD, {"kind": "will_leave", "on": (TODAY - timedelta(days=30)).isoformat()})
    assert "They will leave" in plain(dora.get("/")).split("At risk over")[0]


def test_the_account_is_noticed_from_then_on(minsu: Client) -> None:
    before = states()
    minsu.post(TOLD, {"kind": "will_reduce", "once": "a"})
    row = shown()
    assert (row["state"], row["previous_state"], row["state_since"]) == ("noticed", "steady", TODAY)
    assert states() == [*before, (TODAY, "noticed")]
    page = plain(minsu.get("/account/00123/"))
    assert "Told us" in page
    assert "was: Steady" in page
    assert re.search(r"They told us on .{5,20} that they will buy less", page)
    assert "Müller" in plain(minsu.get("/accounts/?state=noticed"))


def test_taking_it_back_restores_the_state(minsu: Client) -> None:
    before, history = shown(), states()
    minsu.post(TOLD, {"kind": "dissatisfied", "once": "a"})
    minsu.post(TOLD, {"kind": "will_leave", "on": "2026-03-01", "once": "b"})
    assert shown()["state_since"] == TODAY
    last = Notice.objects.get(kind="dissatisfied")
    minsu.post(f"/known/notices/{last.pk}/withdraw/", {"seen": 1})
    assert shown()["state"] == "noticed"
    assert "will leave" in shown()["reasons"]
    minsu.post(f"/known/notices/{Notice.objects.get().pk}/withdraw/", {"seen": 1})
    assert (shown(), states()) == (before, history)
    assert not StateBefore.objects.exists()
    assert "They told us Within" not in plain(minsu.get("/"))


def test_it_stands_until_an_assessment_has_it(minsu: Client, cast: Any) -> None:
    minsu.post(TOLD, {"kind": "contract_ends", "once": "a"})
    cast.show(cast.assessment("20260303-060000-cast"))
    assert shown()["state"] == "noticed"
    assert StateBefore.objects.get().state == "steady"
    minsu.post(f"/known/notices/{Notice.objects.get().pk}/withdraw/", {"seen": 1})
    assert shown()["state"] == "steady"


def test_what_an_assessment_had_counted_is_taken_back_too(minsu: Client) -> None:
    minsu.post("/account/A107/told/", {"kind": "will_leave", "once": "a"})
    assert not StateBefore.objects.exists()  # noticed already
    minsu.post(f"/known/notices/{Notice.objects.get().pk}/withdraw/", {"seen": 1})
    assert shown("A107")["state"] == "steady"


def test_closed_accounts_stay_closed_and_old_notices_are_history(
    signed_in: Any, published: Any
) -> None:
    wei = signed_in("wei")
    wei.post("/account/A109/told/", {"kind": "will_leave", "once": "a"})
    assert shown("A109")["state"] == "closed"
    long_ago = (TODAY - timedelta(days=800)).isoformat()
    wei.post("/account/A103/told/", {"kind": "will_leave", "on": long_ago, "once": "b"})
    assert shown("A103")["state"] == "steady"
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    "values",
    [{"kind": ""}, {"kind": "x"}, {"kind": "will_leave", "text": "x" * 5000},
     {"kind": "will_leave", "on": "2999-01-01"}],
)  # fmt: skip
def test_what_cannot_be_is_refused(minsu: Client, values: dict[str, str]) -> None:
    assert minsu.post(TOLD, values).status_code == 422
    assert not Notice.objects.exists()
    assert shown()["state"] == "steady"


def test_the_five_kinds_are_five_buttons_on_the_account(minsu: Client) -> None:
    for address in ("/account/00123/", TOLD):
        assert minsu.get(address).content.decode().count('name="kind" value="') == 5


def test_no_kind_is_chosen_for_anybody(minsu: Client) -> None:
    """“They will leave” was the first, and was kept by whoever looked only at the other fields."""
    page = minsu.get("/known/notices/add/?account=00123")
    kinds = re.search(r'<select name="kind"[^>]*>(.*?)</select>', page.content.decode(), re.S)
    assert kinds is not None
    assert re.match(r'\s*<option value="" selected>', kinds[1])
    assert "required" in kinds[0].split(">")[0]
    left = {"on": TODAY.isoformat(), "kind": "", "text": "They are thinking about it"}
    answer = minsu.post("/known/notices/add/?account=00123", left)
    assert list(answer.context["form"].errors) == ["kind"]
    assert not Notice.objects.exists()


def test_the_enter_key_in_the_long_form_says_nothing(minsu: Client) -> None:
    form = minsu.get(TOLD).content.decode().split('class="fact">')[1]
    assert re.findall(r"<button[^>]*>", form)[0] == "<button disabled hidden>"


@pytest.mark.parametrize("username", ["minsu", "dora"])
def test_the_week_asks_few_questions_with_notices_too(
    username: str, minsu: Client, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    for n, account in enumerate(("A100", "A101", "00123")):
        minsu.post(f"/account/{account}/told/", {"kind": "will_leave", "once": str(n)})
    client = signed_in(username)
    for address in ("/", "/account/00123/"):
        with django_assert_max_num_queries(15):
            client.get(address)


def test_notices_from_a_file_are_shown_and_go_with_it(published: Any) -> None:
    Notice.objects.create(
        account_id="00123", on=TODAY, kind="will_leave", key="k", recorded_at=timezone.now()
    )
    derived.remake_all(["notices"])  # as an import does
    assert shown()["state"] == "noticed"
    Notice.objects.all().delete()
    derived.remake_all(["notices"])
    assert shown()["state"] == "steady"


def test_a_second_tap_writes_nothing(minsu: Client) -> None:
    for _ in range(2):
        answer = minsu.post(TOLD, {"kind": "will_leave", "once": "same"})
        assert answer.status_code == 302
    assert Notice.objects.count() == 1


def test_sums_that_pages_keep_are_made_anew_with_each_notice(minsu: Client, cast: Any) -> None:
    minsu.get("/")
    minsu.post(TOLD, {"kind": "contract_ends", "once": "a"})
    told = latest().told_changes
    assert told == 1
    assert re.search(r"Told us 2 ", plain(minsu.get("/")))
    minsu.post(f"/known/notices/{Notice.objects.get().pk}/withdraw/", {"seen": 1})
    assert latest().told_changes == told + 1
    assert re.search(r"Told us 1 ", plain(minsu.get("/")))
    cast.show(cast.assessment("20260303-060000-cast"))
    assert latest().told_changes == 0  # nothing changed since
