"""The own rhythm: usual gap, and the silence that is late."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from mainstay.standing.features import AccountFeatures
from mainstay.standing.rhythm import KNOTS, LAST_GAPS, SHAPES, Gaps, _odds_of_gap, rhythm
from mainstay.standing.season import YEAR_WEEKS, Season

AT = 20_000


def gaps_of(lists, last_day=AT - 10):
    """What the features say of accounts with these gaps."""

    def each(measure, least=1, last=None):
        return np.array(
            [
                measure(np.array(g[-last:] if last else g)) if len(g) >= least else np.nan
                for g in lists
            ]
        )

    return Gaps(
        count=np.array([float(len(g)) for g in lists]),
        mean=each(np.mean),
        sd=each(lambda g: g.std(ddof=1), 2),
        recent_mean=each(np.mean, last=26),
        median=each(np.median, last=26),
        second=each(lambda g: np.sort(g)[-2], 2, 26),
        longest=each(np.max, last=26),
        last_day=np.full(len(lists), float(last_day)),
    )


def random_gaps(rng, shape, mean, n):
    return np.maximum(1.0, np.round(rng.gamma(shape, mean / shape, n)))


def test_an_account_with_one_order_day_has_no_rhythm():
    found = rhythm(gaps_of([[], [30.0, 31.0]]))
    assert np.isnan(found.usual_days[0])
    assert np.isnan(found.late_after_days[0])
    assert np.isfinite(found.late_after_days[1])


def test_nobody_has_a_rhythm_where_nobody_ordered_twice():
    found = rhythm(gaps_of([[], []]))
    assert np.isnan(found.late_after_days).all()
    assert len(rhythm(gaps_of([])).usual_days) == 0


def test_a_regular_account_is_late_sooner_than_a_random_one_of_the_same_mean():
    rng = np.random.default_rng(1)
    regular = [[30.0 + d for d in rng.integers(-2, 3, 20)] for _ in range(20)]
    chance = [list(random_gaps(rng, 1.0, 30.0, 20)) for _ in range(20)]
    found = rhythm(gaps_of(regular + chance))
    assert np.median(found.usual_days[:20]) == pytest.approx(30, abs=1.5)
    assert 32 < np.median(found.late_after_days[:20]) < 60
    assert np.median(found.late_after_days[20:]) > 1.4 * np.median(found.late_after_days[:20])


def renewals(rng, n, shape):
    """Accounts of every pace, watched for two years: gaps that ended, and the one that was open.

    Only accounts that ordered in the last ten days, so that the open gap is like any other.
    """
    lists, coming = [], []
    while len(lists) < n:
        mean = 30.0 * np.exp(rng.normal(0.0, 0.7))
        gaps = np.maximum(1.0, np.round(rng.gamma(shape, mean / shape, 400)))
        days = rng.integers(0, 600) + np.cumsum(gaps)
        ended = int(np.searchsorted(days, 730))
        if 1 <= ended < 400 and days[ended - 1] >= 720:
            lists.append(list(gaps[1:ended]))
            coming.append(gaps[ended])
    return lists, np.array(coming)


def test_five_in_a_hundred_next_gaps_are_longer_than_the_silence_called_late():
    lists, coming = renewals(np.random.default_rng(2), 4_000, 2.5)
    many = np.array([len(g) for g in lists])
    gaps = gaps_of(lists)
    late = rhythm(gaps).late_after_days
    for low, high in ((1, 4), (4, 10), (10, 400)):
        some = (many >= low) & (many < high)
        assert some.sum() > 100
        assert 0.015 < (coming[some] > late[some]).mean() < 0.07
    has = many >= 1
    sooner = rhythm(gaps, 0.8).late_after_days
    assert 0.07 < (coming[has] > sooner[has]).mean() < 0.2
    assert (sooner[has] <= late[has]).all()


def test_the_quantile_is_that_of_the_predictive_distribution():
    # Two accounts: too few for pooling, so shape and spread of the prior are the defaults. One gap
    # fills half of the time that was watched, so its length counts double.
    found = rhythm(gaps_of([[40.0], [90.0]]))
    rng = np.random.default_rng(3)
    k, m = found.shape[0], 1
    a = brentq(lambda value: polygamma(1, value) - 1.0, 0.1, 10.0)
    prior = np.exp(np.log([80.0, 180.0]).mean() + digamma(a)) / k
    rate = rng.gamma(a + m * k, 1.0 / (prior + 80.0), 400_000)
    assert np.quantile(rng.gamma(k, 1.0 / rate), 0.95) == pytest.approx(
        found.late_after_days[0], rel=0.02
    )


def test_many_accounts_get_the_same_quantiles_as_each_alone():
    rng = np.random.default_rng(4)
    n = 2 * LAST_GAPS * KNOTS
    k = np.exp(rng.uniform(*np.log(SHAPES), n))
    k[:2], m = SHAPES, rng.integers(1, LAST_GAPS + 1, n).astype(float)
    for a in (0.6, 4.0):
        together = _odds_of_gap(k, m, a, 0.95)
        alone = np.concatenate(
            [_odds_of_gap(k[i : i + 500], m[i : i + 500], a, 0.95) for i in range(0, n, 500)]
        )
        assert together == pytest.approx(alone, rel=5e-8)


def test_few_gaps_are_drawn_to_the_population():
    rng = np.random.default_rng(4)
    others = [list(random_gaps(rng, 3.0, 30.0, 20)) for _ in range(50)]
    found = rhythm(gaps_of([*others, [2.0], [2.0] * 25]))
    assert 3.0 < found.usual_days[-2] < 20.0
    assert found.usual_days[-1] == pytest.approx(2.0, rel=0.15)
    assert found.late_after_days[-2] > found.late_after_days[-1]


def test_a_silence_that_it_had_twice_is_not_late_and_one_exception_is():
    rng = np.random.default_rng(5)
    others = [list(random_gaps(rng, 3.0, 10.0, 25)) for _ in range(50)]
    once = [10.0] * 24 + [100.0]
    twice = [10.0] * 23 + [100.0, 100.0]
    found = rhythm(gaps_of([*others, once, twice]))
    assert found.late_after_days[-2] < 90.0
    assert found.late_after_days[-1] >= 100.0


def test_the_last_gaps_count_where_the_rhythm_changed():
    rng = np.random.default_rng(6)
    others = [list(random_gaps(rng, 3.0, 30.0, 30)) for _ in range(50)]
    slowed = [5.0] * 40 + [40.0] * 26
    found = rhythm(gaps_of([*others, slowed]))
    assert found.usual_days[-1] == pytest.approx(40.0, rel=0.05)


def test_quiet_weeks_allow_a_longer_silence():
    index = np.ones(YEAR_WEEKS)
    index[:10] = 0.2
    index /= index.mean()
    season = Season(as_of=AT, index=index, years=2, counts=np.ones(104), begin=AT - 728)
    lists = [[7.0, 8.0, 6.0, 7.0, 7.0]] * 12
    before_quiet = rhythm(gaps_of(lists, last_day=AT - 1), season=season).late_after_days[0]
    after_quiet = rhythm(gaps_of(lists, last_day=AT + 69), season=season).late_after_days[0]
    assert before_quiet > 2.0 * after_quiet


def test_gaps_are_read_from_the_features(make_lines, line):
    lines = make_lines([line("a", day, 5.0) for day in (18_000, 18_010, 18_030, 18_033)])
    table = AccountFeatures((date(2020, 1, 1),))(lines)
    columns = {
        name: np.asarray(table[name].cast(pa.int32()) if name == "last_day" else table[name])
        for name in table.column_names
    }
    gaps = Gaps.of(columns)
    expected = gaps_of([[10.0, 20.0, 3.0]], last_day=18_033)
    for name in ("count", "mean", "sd", "recent_mean", "median", "second", "longest", "last_day"):
        np.testing.assert_allclose(getattr(gaps, name), getattr(expected, name), rtol=1e-6)
