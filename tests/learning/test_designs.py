"""Who gets a play and who waits is drawn before anything happens."""

from datetime import date

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.learning.designs import (
    CANDIDATES,
    HOLD_OUT,
    MANAGERS,
    ORDER,
    Design,
    chance_now,
    draw,
    draw_later,
)
from mainstay.plays.catalogue import PLAYS

STARTS = (date(2026, 1, 5), date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5))
TO = date(2026, 12, 31)
IN_ORDER = Design("spring", ORDER, STARTS, TO)


def candidates(n=12, play="listen", tier="B", **more):
    rows = [
        {"account_id": f"A{i:03}", "play": play, "tier": tier, "manager_id": f"M{i % 4}"}
        | {"equals": "small"}
        | more
        for i in range(n)
    ]
    return pa.Table.from_pylist(rows, CANDIDATES)


def why(drawn):
    return set(drawn.left_out["why"].to_pylist())


def test_equals_begin_in_waves_of_one_size_each_as_probable_as_the_others():
    drawn = draw(IN_ORDER, candidates(), PLAYS).draws.to_pylist()
    assert len(drawn) == 12
    assert {wave: sum(r["wave"] == wave for r in drawn) for wave in range(1, 5)} == dict.fromkeys(
        range(1, 5), 3
    )
    assert {r["probability"] for r in drawn} == {0.25}
    assert {(r["wave"], r["from"]) for r in drawn} == set(enumerate(STARTS, 1))


def test_the_same_name_draws_the_same_and_another_name_draws_anew():
    first = draw(IN_ORDER, candidates(), PLAYS).draws
    assert draw(IN_ORDER, candidates().take(list(range(11, -1, -1))), PLAYS).draws == first
    other = draw(Design("autumn", ORDER, STARTS, TO), candidates(), PLAYS).draws
    assert other["wave"] != first["wave"]


def test_all_accounts_of_a_manager_begin_together():
    drawn = draw(Design("teams", MANAGERS, STARTS, TO), candidates(), PLAYS).draws.to_pylist()
    assert len({(r["unit"], r["from"]) for r in drawn}) == 4
    assert {r["unit"] for r in drawn} == {"M0", "M1", "M2", "M3"}
    alone = draw(Design("teams", MANAGERS, STARTS, TO), candidates(manager_id="M1"), PLAYS)
    assert (alone.draws.num_rows, why(alone)) == (0, {"alone"})
    nobody = draw(Design("teams", MANAGERS, STARTS, TO), candidates(manager_id=None), PLAYS)
    assert why(nobody) == {"nobody"}


def test_a_stated_share_goes_without():
    design = Design("small", HOLD_OUT, STARTS[:1], TO, held=0.2)
    drawn = draw(design, candidates(1000), PLAYS).draws.to_pylist()
    held = [r for r in drawn if r["arm"] == "held"]
    assert len(held) == 200
    assert {(r["wave"], r["probability"]) for r in held} == {(0, 0.2)}
    assert {r["probability"] for r in drawn if r["arm"] == "begins"} == {0.8}


def test_of_each_kind_of_equals_just_the_share_goes_without_and_each_is_as_likely():
    some = pa.concat_tables([candidates(24), candidates(24, equals="large")])
    ids = pa.array([f"{'LS'[i < 24]}{i:02}" for i in range(48)])
    some = some.set_column(0, "account_id", ids)
    counted = dict.fromkeys(ids.to_pylist(), 0)
    for n in range(400):
        design = Design(f"trial {n}", HOLD_OUT, STARTS[:1], TO, held=0.3)
        rows = [r for r in draw(design, some, PLAYS).draws.to_pylist() if r["arm"] == "held"]
        assert len(rows) in (14, 15)  # 14.4 of 48
        assert {sum(r["account_id"][0] == c for r in rows) for c in "LS"} <= {7, 8}  # 7.2 of 24
        for row in rows:
            counted[row["account_id"]] += 1
    shares = [n / 400 for n in counted.values()]
    assert sum(shares) / 48 == pytest.approx(0.3, abs=0.002)
    assert max(abs(share - 0.3) for share in shares) < 4 * (0.3 * 0.7 / 400) ** 0.5


@pytest.mark.parametrize("play", ["complaint", "promise", "custom_request", "season_stock"])
def test_what_is_owed_and_supply_wait_for_no_draw(play):
    drawn = draw(IN_ORDER, candidates(play=play), PLAYS)
    assert (drawn.draws.num_rows, why(drawn)) == (0, {"owed"})


def test_nobody_of_the_first_tier_waits():
    assert why(draw(IN_ORDER, candidates(tier="A"), PLAYS)) == {"tier"}
    assert why(draw(IN_ORDER, candidates(play="no such"), PLAYS)) == {"no_play"}


def test_an_account_is_in_one_design_at_a_time():
    first = draw(IN_ORDER, candidates(), PLAYS)
    during = Design("summer", ORDER, STARTS[2:], TO)
    assert why(draw(during, candidates(), PLAYS, first.draws)) == {"in_design"}
    after = Design("next", ORDER, (date(2027, 1, 4), date(2027, 4, 5)), date(2027, 6, 30))
    assert draw(after, candidates(), PLAYS, first.draws).draws.num_rows == 12
    both = pa.concat_tables([candidates(), candidates(play="visits")])
    twice = draw(IN_ORDER, both, PLAYS)
    assert (twice.draws.num_rows, why(twice)) == (12, {"twice"})


def test_of_those_who_still_wait_each_is_as_likely_to_begin():
    draws = draw(IN_ORDER, candidates(), PLAYS).draws
    now = chance_now(draws, STARTS[1]).to_pylist()
    assert len(now) == 9
    assert sum(r["begun"] for r in now) == 3
    assert {(r["begun"], round(r["probability"], 6)) for r in now} == {
        (True, round(1 / 3, 6)),
        (False, round(2 / 3, 6)),
    }
    last = chance_now(draws, STARTS[3]).to_pylist()
    assert {(r["begun"], r["probability"]) for r in last} == {(True, 1.0)}


@pytest.mark.parametrize(
    ("kind", "starts", "held"),
    [
        ("whim", STARTS, 0.0),
        (ORDER, STARTS[:1], 0.0),
        (ORDER, STARTS[::-1], 0.0),
        (HOLD_OUT, STARTS[:1], 0.9),
        (HOLD_OUT, STARTS[:1], 0.0),
    ],
)
def test_what_is_no_design_is_said_in_one_sentence(kind, starts, held):
    with pytest.raises(InvalidSetting, match="can't be used"):
        Design("odd", kind, starts, TO, held)


def test_who_comes_later_is_drawn_alone_among_the_waves_that_are_ahead():
    early = draw(IN_ORDER, candidates(4), PLAYS).draws
    late = draw_later(IN_ORDER, candidates(1000), PLAYS, early, date(2026, 6, 1))
    rows = late.to_pylist()
    assert len(rows) == 996  # nobody twice
    assert {(r["wave"], r["from"]) for r in rows} == {(3, STARTS[2]), (4, STARTS[3])}
    assert {r["probability"] for r in rows} == {0.5}
    assert 0.45 < sum(r["wave"] == 3 for r in rows) / len(rows) < 0.55
    assert draw_later(IN_ORDER, candidates(20), PLAYS, early, date(2026, 8, 1)).num_rows == 0


def test_who_comes_later_to_a_hold_out_is_held_from_that_day_and_no_other_design_takes_it():
    design, day = Design("few", HOLD_OUT, STARTS[:1], TO, 0.2), date(2026, 6, 1)
    none = draw(design, candidates(0), PLAYS).draws
    late = draw_later(design, candidates(1000), PLAYS, none, day)
    assert {r["from"] for r in late.to_pylist()} == {day}
    assert 160 < late["arm"].to_pylist().count("held") < 240
    other = Design("others", HOLD_OUT, STARTS[:1], TO, 0.2)
    assert draw_later(other, candidates(1000), PLAYS, late, day).num_rows == 0


def test_who_comes_later_goes_with_a_manager_who_was_drawn():
    design = Design("teams", MANAGERS, STARTS, TO)
    early = draw(design, candidates(4), PLAYS).draws
    late = draw_later(design, candidates(8), PLAYS, early, date(2026, 11, 1)).to_pylist()
    waves = {r["unit"]: (r["wave"], r["probability"]) for r in early.to_pylist()}
    assert [r["account_id"] for r in late] == ["A004", "A005", "A006", "A007"]
    assert all((r["wave"], r["probability"]) == waves[r["unit"]] for r in late)
    assert {r["from"] for r in late} == {date(2026, 11, 1)}  # all have begun by then
