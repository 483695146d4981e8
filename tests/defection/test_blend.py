"""Complete defection: what is learnt from the past, and when nothing is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from mainstay.defection import blend
from mainstay.defection.blend import Blend
from mainstay.defection.ridge import expit
from mainstay.defection.slices import FEATURES, GROUPS, Examples, Labelled, by_group, log_odds

NOW = date(2025, 6, 2)
STEP, HORIZON = 28, 91
DAY = timedelta(days=1)
TOLD = FEATURES.index("orders_13")  # the feature that tells more than the rhythm model knows


def past(n: int, slices: int, seed: int = 1, tell: float = 1.5) -> tuple[list[Labelled], Labelled]:
    """Slices in which leaving hangs on the rhythm and on one more feature."""
    rng = np.random.default_rng(seed)

    def one(on: date) -> Labelled:
        features = rng.normal(size=(n, len(FEATURES)))
        features[rng.random(n) < 0.2, FEATURES.index("amount_prev_52")] = np.nan
        rhythm = rng.normal(size=n) - 0.5
        left = rng.random(n) < expit(rhythm + tell * features[:, TOLD])
        who = np.arange(n)
        return Labelled(Examples(on, who, who, features, rhythm, expit(rhythm)), left)

    newest = NOW - timedelta(days=HORIZON)
    dates = [newest - timedelta(days=STEP * k) for k in range(slices)][::-1]
    return [one(on) for on in dates], one(NOW)


def fitted(before: list[Labelled], now: Labelled) -> Blend:
    return Blend.fit(before, now.examples, horizon_days=HORIZON, step_days=STEP, prior_folds=4.0)


def log_loss(p: np.ndarray, left: np.ndarray) -> float:
    return float(-np.mean(np.where(left, np.log(p), np.log1p(-p))))


def test_it_learns_what_the_rhythm_model_does_not_know() -> None:
    before, now = past(600, 14)
    found = fitted(before, now)
    p = found.p(now.examples)
    assert found.trees is not None
    assert len(found.folds) == 4
    truth = log_loss(
        expit(now.examples.prior_odds + 1.5 * now.examples.features[:, TOLD]), now.came
    )
    assert log_loss(p, now.came) < truth + 0.03
    assert log_loss(p, now.came) < log_loss(now.examples.p_prior, now.came) - 0.1
    assert np.argmax(np.abs(found.contributions(now.examples)).mean(axis=0)) == TOLD


@pytest.mark.parametrize(("n", "slices"), [(2, 1), (3, 2), (0, 0)])
def test_with_next_to_nothing_the_rhythm_model_speaks_alone(n: int, slices: int) -> None:
    before, now = past(n, slices) if n else ([], past(5, 0)[1])
    found = fitted(before, now)
    assert found.p(now.examples).tolist() == now.examples.p_prior.tolist()
    assert found.about()["regression"] is False
    parts = by_group(found.contributions(now.examples))
    assert parts.tolist() == np.zeros((len(now.examples), len(GROUPS))).tolist()
    odds = found.prior_contribution(now.examples)
    assert odds == pytest.approx(log_odds(now.examples.p_prior))


def test_with_few_accounts_there_are_no_trees_and_little_is_lost() -> None:
    before, now = past(20, 10, tell=0.0)
    found = fitted(before, now)
    assert found.regression is not None
    assert found.trees is None
    p = found.p(now.examples)
    assert np.corrcoef(log_odds(p), now.examples.prior_odds)[0, 1] > 0.9


def test_the_level_is_the_rhythm_models_not_that_of_other_seasons() -> None:
    before, now = past(500, 12)
    quiet = [Labelled(one.examples, one.came | (np.arange(500) % 4 == 0)) for one in before]
    p, q = (fitted(some, now).p(now.examples).mean() for some in (before, quiet))
    expected = float(now.examples.p_prior.mean())
    assert p == pytest.approx(expected, abs=0.04)
    assert p < q < np.mean([one.came.mean() for one in quiet])


def test_no_label_reaches_beyond_today() -> None:
    before, now = past(50, 3)
    late = Labelled(past(50, 0)[1].examples, before[0].came)
    with pytest.raises(ValueError, match="beyond"):
        fitted([*before, late], now)


def test_the_same_data_give_the_same_answer() -> None:
    before, now = past(300, 8)
    first, second = (fitted(before, now).p(now.examples) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_nobody_to_judge() -> None:
    before, now = past(100, 6)
    nobody = past(0, 0)[1].examples
    assert fitted(before, past(0, 0)[1]).level == 0.0
    assert fitted(before, now).p(nobody).tolist() == []
    assert fitted(before, now).contributions(nobody).shape == (0, len(FEATURES))


@pytest.mark.parametrize(("rows", "apart", "weight"), [(10**9, 28, 28 / 91), (1, 84, 84 / 91)])
def test_a_fold_of_many_rows_leaves_out_what_overlaps(
    monkeypatch: pytest.MonkeyPatch, rows: int, apart: int, weight: float
) -> None:
    before, _ = past(30, 12)
    monkeypatch.setattr(blend, "FOLD_ROWS", rows)
    seen: list[tuple[list[date], float]] = []
    monkeypatch.setattr(
        blend,
        "_learn",
        lambda given, weight, trees: seen.append(([o.examples.on for o in given], weight)),
    )
    on = before[-1].examples.on
    blend._learn_before(before, on, HORIZON, STEP, True)
    (dates, counted) = seen[0]
    assert dates[-1] == max(o.examples.on for o in before if o.examples.on <= on - HORIZON * DAY)
    assert {(b - a).days for a, b in pairwise(dates)} == {apart}
    assert counted == pytest.approx(weight)
