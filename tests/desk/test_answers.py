"""One click on an account, and codes joined at the desk: rights, record, shown at once, kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.home import Home
from mainstay.desk.access.models import Event
from mainstay.desk.accounts import answers
from mainstay.desk.accounts.models import Account

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    """A home folder of this test's own."""
    settings.HOME = Home(tmp_path / "home").prepare()
    return settings.HOME


def test_not_ours_goes_from_the_lists_at_once_and_comes_back(
    home: Home, signed_in: Any, published: Any
) -> None:
    client = signed_in("dora")
    assert "Harbour Hardware" in client.get("/accounts/").content.decode()
    chosen = client.post("/account/A100/answer/", {"do": "not_ours"}, headers=HX)
    assert "not an account of ours" in chosen.content.decode()
    for address in ("/", "/accounts/", "/find/?q=harbour"):
        page = client.get(address).content.decode().split('<details class="panel">')[0]
        assert "Harbour Hardware" not in page, address
    assert "not an account of ours" in client.get("/account/A100/").content.decode()
    assert engine.answers(home)["A100"].by == "dora"
    assert Event.objects.latest("id").verb == "account.answer"
    client.post("/account/A100/answer/", {"do": "back"})
    assert "Harbour Hardware" in client.get("/").content.decode()
    assert engine.answers(home) == {}


def test_seasonal_is_kept_until_the_end_of_the_month(
    home: Home, signed_in: Any, published: Any
) -> None:
    client = signed_in("minsu")
    asked = client.get("/account/A100/answer/", headers=HX).content.decode()
    assert "2026-04" in asked
    assert "2027-03" in asked
    client.post("/account/A100/answer/", {"do": "seasonal", "month": "2026-09"})
    assert engine.answers(home)["A100"].back_on == date(2026, 9, 30)
    assert "quiet until" in client.get("/account/A100/").content.decode()
    wrong = client.post("/account/A100/answer/", {"do": "seasonal", "month": "soon"}, headers=HX)
    assert "which month" in wrong.content.decode()


def test_the_same_as_another_account(home: Home, signed_in: Any, published: Any) -> None:
    client = signed_in("dora")
    hits = client.get("/account/A101/same/?q=harbour").content.decode()
    assert 'value="A100"' in hits
    client.post("/account/A101/same/", {"into": "A100"})
    assert engine.open_ledger(home).joins.main_of("A101") == "A100"
    assert "the same as A100" in client.get("/account/A101/").content.decode()
    client.post("/account/A101/answer/", {"do": "back"})
    assert engine.open_ledger(home).joins.main_of("A101") == "A101"


def test_a_manager_answers_for_own_accounts_alone(
    home: Home, signed_in: Any, published: Any
) -> None:
    client = signed_in("minsu")
    assert client.post("/account/A103/answer/", {"do": "not_ours"}).status_code == 404
    client.post("/account/A100/same/", {"into": "A103"})
    assert engine.answers(home) == {}
    assert not engine.open_ledger(home).joins
    assert client.post("/imports/accounts/decide/", {"do": "join"}).status_code == 403


def test_answers_outlive_the_next_assessment(
    home: Home, people: Any, published: Any, cast: Any
) -> None:
    answers.answer(people["dora"], "A101", "seasonal", back_on=date(2026, 9, 30))
    cast.show(cast.assessment("20260309-060000-next"))
    account = Account.objects.get(account_id="A101")
    assert (account.answer, account.back_on) == ("seasonal", date(2026, 9, 30))


def test_who_hid_an_account_can_bring_it_back_when_it_is_in_no_assessment(
    home: Home, signed_in: Any, published: Any, people: Any
) -> None:
    minsu, wei, dora, ada = (signed_in(name) for name in ("minsu", "wei", "dora", "ada"))
    minsu.post("/account/A100/answer/", {"do": "not_ours"})
    assert "김민수 said on" in minsu.get("/account/A100/").content.decode()
    Account.objects.filter(account_id="A100").delete()  # as the next assessment leaves it out
    for client in (minsu, dora, ada):
        page = client.get("/account/A100/").content.decode()
        assert "Harbour Hardware" in page
        assert "김민수 said on" in page
        assert "Take it back" in page
        assert "/account/A100/" in client.get("/accounts/").content.decode()
    assert wei.get("/account/A100/").status_code == 404
    assert wei.post("/account/A100/answer/", {"do": "back"}).status_code == 404
    assert "Harbour" not in wei.get("/accounts/").content.decode()
    assert engine.answers(home)
    assert "김민수 said on" in dora.get("/imports/accounts/?now=1").content.decode()
    done = minsu.post("/account/A100/answer/", {"do": "back"}, follow=True)
    assert "returns with the next assessment" in done.content.decode()
    assert engine.answers(home) == {}
    assert minsu.get("/account/A100/").status_code == 404  # there is nothing to say of it now
    log = ada.get("/people/events/").content.decode()
    assert "said that it is no account of ours" in log
    assert "took back that it is no account of ours" in log
    assert "Harbour Hardware Ltd (A100)" in log


def test_the_address_of_a_joined_code_leads_to_its_account(
    home: Home, signed_in: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.accounts import evidence

    monkeypatch.setattr(evidence, "ledger", lambda: engine.open_ledger(home))
    signed_in("dora").post("/account/A101/same/", {"into": "A100"})
    Account.objects.filter(account_id="A101").delete()  # as the next assessment leaves it out
    client = signed_in("minsu")
    assert client.get("/account/A101/").headers["Location"] == "/account/A100/"
    lines = client.get("/account/A101/lines/?from=2026-01-01")
    assert lines.headers["Location"] == "/account/A100/lines/?from=2026-01-01"
    assert signed_in("wei").get("/account/A101/").status_code == 404
    assert (
        "said that it is the same as A100"
        in signed_in("ada").get("/people/events/").content.decode()
    )


@pytest.fixture
def loaded(home: Home, tmp_path: Path) -> Home:
    rows = ["account_id,account name,date,amount"]
    for code, name in (("H1", "Harbour <i> Ltd"), ("H2", "HARBOUR <i> LIMITED"), ("X", "Else")):
        rows += [f"{code},{name},2025-0{n}-03,10" for n in range(1, 9)]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    engine.run_import(home, [file])
    return home


def test_codes_are_joined_and_taken_apart_at_the_desk(loaded: Home, signed_in: Any) -> None:
    client = signed_in("ana")
    assert 'hx-trigger="load"' in client.get("/imports/accounts/").content.decode()
    page = client.get("/imports/accounts/?now=1").content.decode()
    assert "One account" in page
    assert "<i>" not in page
    data = {"do": "join", "kind": "name", "main": "H1", "code": ["H1", "H2"]}
    said = client.post("/imports/accounts/decide/", data, headers=HX).content.decode()
    assert "Joined" in said
    assert engine.open_ledger(loaded).joins.main_of("H2") == "H1"
    assert Event.objects.latest("id").verb == "account.join"
    page = client.get("/imports/accounts/?now=1").content.decode()
    assert "Take apart" in page
    client.post("/imports/accounts/decide/", {"do": "back", "code": "H2"})
    assert not engine.open_ledger(loaded).joins


def test_all_of_one_kind_are_joined_with_one_click(loaded: Home, signed_in: Any) -> None:
    client = signed_in("dora")
    client.post("/imports/accounts/decide/", {"do": "all", "kind": "name"})
    assert engine.open_ledger(loaded).joins
    client.post("/imports/accounts/decide/", {"do": "back", "code": ["H1", "H2"]})
    client.post("/imports/accounts/decide/", {"do": "apart", "main": "H1", "code": ["H1", "H2"]})
    page = client.get("/imports/accounts/?now=1").content.decode()
    assert "One account" not in page
    assert "is not H1" in page


def test_nothing_chosen_is_said(loaded: Home, signed_in: Any) -> None:
    client = signed_in("ana")
    answer = client.post("/imports/accounts/decide/", {"do": "join"}, follow=True)
    assert "Choose codes first" in answer.content.decode()


def test_a_group_is_written_by_hand(loaded: Home, signed_in: Any) -> None:
    client = signed_in("ana")
    found = client.get("/imports/accounts/find/?q=else").content.decode()
    assert 'value="X"' in found
    more = client.get("/imports/accounts/find/?q=harbour&code=X").content.decode()
    assert 'value="X" id="chosen-1" checked' in more
    assert 'value="H1"' in more
    client.post("/imports/accounts/decide/", {"do": "group", "code": ["X", "H1"], "group": "Ring"})
    rows = engine.open_ledger(loaded).table("accounts").to_pylist()
    assert {r["account_id"] for r in rows if r["group_id"] == "Ring"} == {"X", "H1"}


def test_an_account_names_the_codes_that_it_took_in_and_takes_them_apart(
    home: Home, signed_in: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.accounts import evidence

    monkeypatch.setattr(evidence, "ledger", lambda: engine.open_ledger(home))
    dora = signed_in("dora")
    words = "Joined into this account is the code"
    assert words not in dora.get("/account/A100/").content.decode()
    dora.post("/account/A101/same/", {"into": "A100"})
    page = dora.get("/account/A100/").content.decode()
    assert words in page
    assert 'name="code" value="A101"' in page
    assert words not in dora.get("/account/A101/").content.decode()
    # Who may not take codes apart reads who may.
    page = signed_in("minsu").get("/account/A100/").content.decode()
    assert words in page
    assert 'name="code" value="A101"' not in page
    assert "can take them apart" in page
    dora.post("/imports/accounts/decide/", {"do": "back", "code": "A101"})
    assert words not in dora.get("/account/A100/").content.decode()
