"""An assessment on its way to the pages: whole, repeatable, and in nobody's way."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from mainstay.desk.accounts import services
from mainstay.desk.accounts.models import Account, Assessment, StateAt, fold, latest_id
from mainstay.engine import ACCOUNTS, FIRST

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_every_column_of_the_engine_has_its_place() -> None:
    columns = {field.column for field in Account._meta.local_concrete_fields}
    ours = {"id", "assessment_id", "search_name", "answer", "back_on", "joined_into"}
    assert columns == set(ACCOUNTS.names) | set(FIRST.names) | ours


def test_all_accounts_arrive_with_their_values(cast: Any, published: Any) -> None:
    given = {row["account_id"]: row for row in cast.accounts().to_pylist()}
    found = {a.account_id: a for a in Account.objects.all()}
    assert set(found) == set(given)
    for account_id, row in given.items():
        assert {c: getattr(found[account_id], c) for c in ACCOUNTS.names} == row
    assert latest_id() == published.id
    assert published.currency == "EUR"


def test_names_are_found_in_any_script_and_width(published: Any) -> None:
    for words, account_id in (
        ("northwind", "A104"),
        ("ＨＡＲＢＯＵＲ", "A100"),
        ("五金", "A101"),
        ("한빛", "A103"),
        ("müller", "00123"),
        ("пекарня", "A107"),
        ("b/108", "B/108 ?&#"),
    ):
        found = Account.objects.filter(search_name__contains=fold(words))
        assert [a.account_id for a in found] == [account_id]


def test_states_are_kept_as_changes(published: Any) -> None:
    states = StateAt.objects.filter(account_id="A100")
    assert [s.state for s in states] == ["steady", "late"]
    assert StateAt.objects.filter(account_id="A103").count() == 1


def test_the_next_assessment_replaces_the_last(cast: Any, published: Any) -> None:
    fewer = cast.accounts().slice(0, 3)
    cast.show(cast.assessment("20260309-060000-next", accounts=fewer))
    assert latest_id() == "20260309-060000-next"
    assert Account.objects.count() == 3
    assert set(Account.objects.values_list("assessment_id", flat=True)) == {latest_id()}
    assert set(StateAt.objects.values_list("assessment_id", flat=True)) == {latest_id()}
    assert Assessment.objects.count() == 2


def test_publishing_again_changes_nothing(cast: Any, published: Any) -> None:
    before = list(Account.objects.values_list("id", flat=True))
    cast.show(cast.assessment())
    assert list(Account.objects.values_list("id", flat=True)) == before


def test_an_interrupted_load_is_invisible_and_is_done_anew(
    cast: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(row: Any) -> None:
        raise KeyboardInterrupt

    following = cast.assessment("20260309-060000-next")
    with monkeypatch.context() as patch:
        patch.setattr(services, "_switch", killed)
        with pytest.raises(KeyboardInterrupt):
            cast.show(following)
    assert latest_id() == published.id
    cast.show(following)
    assert latest_id() == "20260309-060000-next"
    assert Account.objects.count() == following.accounts.num_rows


def test_progress_reaches_the_end(cast: Any, db: None) -> None:
    told: list[float] = []
    services.publish(cast.assessment(), lambda done, total: told.append(done / total))
    assert told == sorted(told)
    assert told[-1] == 1


def test_no_accounts_at_all(cast: Any, db: None) -> None:
    cast.show(cast.assessment(accounts=ACCOUNTS.empty_table(), history=cast.history().slice(0, 0)))
    assert Account.objects.count() == 0
    assert latest_id() is not None


def test_names_that_break_files_arrive_as_they_are(cast: Any, db: None) -> None:
    names = ['a "quoted", one', "two\nlines", "", "\\N", "\\.", "tab\there", "é\U0001f980"]
    table = cast.accounts().slice(0, len(names))
    table = table.set_column(1, "name", pa.array(names))
    table = table.set_column(2, "segment", pa.array(["", None, "\\N", "x", "", None, ""]))
    cast.show(cast.assessment(accounts=table))
    found = list(Account.objects.order_by("id").values_list("name", "segment"))
    assert found == list(zip(names, table["segment"].to_pylist(), strict=True))


def test_what_is_no_number_is_not_known(cast: Any, db: None) -> None:
    made = cast.show(cast.assessment(portfolio={"top": [{"share": float("nan")}, 0.5]}))
    assert Assessment.objects.get(pk=made.pk).portfolio == {"top": [{"share": None}, 0.5]}
