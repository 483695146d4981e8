"""What an installation keeps of a run: all of it, or nothing that anybody would show."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.home import Home
from mainstay.engine import home as of_home
from mainstay.engine.assessment import Assessment

ID = "20260101-000000-once"


@pytest.fixture
def ordered(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").prepare()
    rows = ["account_id,date,amount,order no"]
    for n in range(30):
        on = date(2024, 1, 1) + timedelta(days=14 * n)
        rows += [f"{code},{on},100,{code}-{n}" for code in ("A", "B")]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    engine.run_import(home, [file])
    return home


class Interrupted(Exception):
    pass


def test_who_finds_an_assessment_finds_its_explanation(
    ordered: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process looks for new assessments at any moment."""
    there: list[list[str]] = []
    save = Assessment.save

    def watched(self: Assessment, *args: Any) -> Assessment:
        there.append(engine.explanations(ordered.store).ids())
        return save(self, *args)

    monkeypatch.setattr(Assessment, "save", watched)
    made = engine.assess_home(ordered)
    assert there == [[made.id]]
    assert engine.explanation_of(ordered.store, made.id).meta["as_of"] == str(made.as_of)


def test_what_keeping_is_worth_is_frozen_with_how_accounts_stand(ordered: Home) -> None:
    made = engine.assess_home(ordered)
    kept = engine.standing_of(ordered.store, made.id)
    assert kept is not None
    everybody = kept.table("retention_groups", ["by", "accounts"]).to_pylist()[0]
    assert everybody == {"by": "all", "accounts": 2}
    asked = {"retention", "worth", "worth_ages", "newcomers", "newcomer_sources", "newcomer_growth"}
    assert asked < set(kept.tables)


def test_without_an_explanation_there_is_no_assessment(
    ordered: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explain(*_args: Any, **_named: Any) -> Any:
        raise Interrupted

    monkeypatch.setattr(of_home, "explain", explain)
    with pytest.raises(Interrupted):
        engine.assess_home(ordered, identity=ID)
    assert engine.open_ledger(ordered).assessments.ids() == []


def test_a_run_interrupted_between_the_two_is_done_anew(
    ordered: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(self: Assessment, *_args: Any) -> Any:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(Assessment, "save", save)
        with pytest.raises(Interrupted):
            engine.assess_home(ordered, identity=ID)
    assert engine.explanations(ordered.store).ids() == [ID]
    assert engine.assess_home(ordered, identity=ID).id == ID
    assert engine.explanations(ordered.store).ids() == [ID]


def test_one_made_before_there_were_explanations_gets_its_own(ordered: Home) -> None:
    made = engine.assess_home(ordered, identity=ID)
    engine.explanations(ordered.store).delete(ID)
    assert engine.assess_home(ordered, identity=ID).meta == made.meta
    assert engine.explanations(ordered.store).ids() == [ID]
