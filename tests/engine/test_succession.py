"""What we did to our products and codes ourselves is not taken for what accounts do."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess
from mainstay.engine.assessment import Assessment
from mainstay.simulate import Plan, histories

PLAN = Plan(
    accounts=80,
    weeks=130,
    orders_a_year=40,
    spread=None,
    regularity=(2,),
    categories={"tools": 0.9, "paint": 0.25, "fixings": 0.25},
)
MOST = 0.95 * PLAN.accounts  # a few made up for it with what they bought of others
AS_OF = PLAN.begin + timedelta(weeks=PLAN.weeks)
ENDED = PLAN.begin + timedelta(weeks=95)


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    """Each category has one product; a product is its category's name and a number."""
    made = histories(PLAN, seed=3).lines
    return made.append_column("product_id", pc.binary_join_element_wise(made["category"], "1", " "))


def since(lines: pa.Table) -> pa.ChunkedArray:
    return pc.greater_equal(lines["ordered_on"], pa.scalar(ENDED))


def products(*rows: tuple[str, str | None, date | None, str | None]) -> pa.Table:
    names, category, ended, replaced_by = zip(*rows, strict=True)
    return pa.table(
        {
            "product_id": names,
            "name": names,
            "category": pa.array(category, pa.string()),
            "discontinued_on": pa.array(ended, pa.date32()),
            "replaced_by": pa.array(replaced_by, pa.string()),
        }
    )


def result(lines: pa.Table, **tables: pa.Table) -> Assessment:
    return assess(Ledger.from_tables(order_lines=lines, **tables), as_of=AS_OF)


def states(found: Assessment, category: str) -> dict[str, str]:
    rows = found.categories.filter(pc.equal(found.categories["category"], category)).to_pylist()
    return {r["account_id"]: r["state"] for r in rows}


def test_a_successor_in_another_category_is_no_defection(lines: pa.Table) -> None:
    """From one week on everybody buys “tools 2”, listed among the garden things."""
    moved = pc.and_(since(lines), pc.equal(lines["category"], "tools"))
    for name, word in (("category", "garden"), ("product_id", "tools 2")):
        place = lines.schema.get_field_index(name)
        lines = lines.set_column(place, name, pc.if_else(moved, word, lines[name]))
    assert len(states(result(lines), "tools")) == PLAN.accounts
    known = products(("tools 1", "tools", ENDED, "tools 2"), ("tools 2", "garden", None, None))
    found = result(lines, products=known)
    assert states(found, "tools") == {}
    garden = list(states(found, "garden").values())
    assert len(garden) == PLAN.accounts
    assert garden.count("kept") >= 0.9 * len(garden)


@pytest.fixture(scope="module")
def without_tools(lines: pa.Table) -> pa.Table:
    return lines.filter(pc.invert(pc.and_(since(lines), pc.equal(lines["category"], "tools"))))


@pytest.fixture(scope="module")
def dropped(without_tools: pa.Table) -> Assessment:
    return result(without_tools)


@pytest.fixture(scope="module")
def discontinued(without_tools: pa.Table) -> Assessment:
    return result(without_tools, products=products(("tools 1", None, ENDED, None)))


def test_what_we_discontinued_is_not_called_dropped(
    dropped: Assessment, discontinued: Assessment
) -> None:
    before, after = states(dropped, "tools"), states(discontinued, "tools")
    assert list(before.values()).count("dropped") >= MOST
    assert "dropped" not in after.values()
    assert list(after.values()).count("discontinued") >= MOST
    for other in ("paint", "fixings"):
        assert states(dropped, other) == states(discontinued, other)


def test_its_money_is_no_risk(dropped: Assessment, discontinued: Assessment) -> None:
    ours = discontinued.categories.filter(
        pc.equal(discontinued.categories["state"], "discontinued")
    )
    assert set(ours["money_at_risk"].to_pylist()) == {0.0}
    before, after = (pc.sum(r.accounts["money_at_risk"]).as_py() for r in (dropped, discontinued))
    baseline = pc.sum(dropped.accounts["baseline_52"]).as_py()
    # Most of what they bought went; hardly anything of that is left in the risk.
    assert before > 0.3 * baseline
    assert abs(after) < 0.25 * before
    # Categories still share out the account's figure.
    by_account = discontinued.categories.group_by("account_id").aggregate(
        [("money_at_risk", "sum")]
    )
    shared = dict(zip(*(by_account[n].to_pylist() for n in by_account.column_names), strict=True))
    for row in discontinued.accounts.to_pylist():
        assert shared[row["account_id"]] <= max(row["money_at_risk"], 0.0) + 0.01


def test_the_reasons_say_whose_doing_it_was(dropped: Assessment, discontinued: Assessment) -> None:
    def said(found: Assessment, words: str) -> int:
        return sum(
            any(words in text["template"] for text in json.loads(row["reasons"]))
            for row in found.accounts.to_pylist()
        )

    assert said(discontinued, "We discontinued") >= MOST
    assert said(discontinued, "No longer buys") == 0
    assert said(dropped, "We discontinued") == 0
    assert said(dropped, "No longer buys") > 0.5 * PLAN.accounts


def test_who_dropped_it_before_we_did_has_dropped_it(without_tools: pa.Table) -> None:
    later = ENDED + timedelta(weeks=30)
    found = result(without_tools, products=products(("tools 1", None, later, None)))
    assert "discontinued" not in states(found, "tools").values()


def test_a_merged_account_is_no_loss(lines: pa.Table) -> None:
    """S000000 becomes N on a day; under the old code nothing comes any more."""
    renamed = pc.and_(since(lines), pc.equal(lines["account_id"], "S000000"))
    split = lines.set_column(0, "account_id", pc.if_else(renamed, "N", lines["account_id"]))
    told = pa.table(
        {
            "account_id": ["S000000", "N"],
            "name": ["Old", "New"],
            "closed_on": pa.array([ENDED, None], pa.date32()),
            "replaced_by": ["N", None],
        }
    )
    without = {r["account_id"]: r["state"] for r in result(split).accounts.to_pylist()}
    assert without["S000000"] == "lost"
    rows = {r["account_id"]: r for r in result(split, accounts=told).accounts.to_pylist()}
    whole = {r["account_id"]: r for r in result(lines).accounts.to_pylist()}["S000000"]
    assert "S000000" not in rows
    assert (rows["N"]["state"], rows["N"]["name"]) == (whole["state"], "New")
    assert rows["N"]["order_days"] == whole["order_days"]
    assert rows["N"]["money_at_risk"] == pytest.approx(whole["money_at_risk"], rel=0.5)
