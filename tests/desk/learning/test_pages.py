"""The pages of what was learnt, through HTTP, over cases whose truth is known."""

from __future__ import annotations

import html
import math
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.conf import settings

from mainstay.desk.access.models import Event
from mainstay.desk.learning.models import HeldEffect
from mainstay.desk.learning.queries import Cost, _cost
from mainstay.engine.learnt import RATES, _table, learnt_folder
from mainstay.engine.looking_back import FORECAST, GUESSES, PUT_OFF
from mainstay.learning.cases import NEVER, Cases
from mainstay.learning.effects import beliefs, effects
from mainstay.learning.moves import moves
from mainstay.learning.needed import needed
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import Belief, priors

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ID = "20260302-060000-cast"


def known_cases(n: int, day: int) -> Cases:
    """Listening keeps half; a contest makes it worse; half of each is drawn. A100 and A103 are the first two."""
    rng = np.random.default_rng(3)
    play = np.where(np.arange(n) % 2 == 0, "listen", "contest").astype(object)
    gets = np.arange(n) % 4 < 2
    r = np.where(play == "listen", 0.4, 1.9)
    drawn = np.where(gets, play, "nothing").astype(object)
    code = np.array(["A100", "A103", *(f"X{i}" for i in range(2, n))][:n], object)
    return Cases(
        account_id=code,
        unit=code,
        drawn=drawn,
        done=drawn,
        cause=np.where(np.arange(n) % 3 == 0, "drift", "unknown").astype(object),
        fit=np.ones(n),
        expected=np.where(np.arange(n) % 50 == 7, 0.005, 0.4),
        lost=(rng.random(n) < 0.4 * np.where(gets, r, 1.0)).astype(float),
        probability=np.where(np.arange(n) < n - 40, 0.5, np.nan),
        design=np.full(n, "", object),
        first=np.full(n, day),
        last=np.full(n, day + 90),
        began=np.where(gets, day, NEVER),
        traits=np.zeros((n, 0)),
    )


def keep(n: int, as_of: Any) -> None:
    cases = known_cases(n, (as_of - timedelta(days=120)).toordinal())
    found = effects(cases, PLAYS)
    believed = beliefs(cases, PLAYS) | ({"take_back": Belief(math.log(0.2), 0.3, 41)} if n else {})
    off = {"on": as_of - timedelta(days=100), "kind": "dismiss", "expected": 20.0, "treated": False}
    rows = [
        {**off, "account_id": "A100", "name": "Own", "reason": "On <holiday>", "manager_id": "S-MIN",
         "baseline": 100.0, "lost": 80.0, "fell": True},
        {**off, "account_id": "A103", "name": "Other", "reason": "They told us", "manager_id": "S-OTHER",
         "baseline": 100.0, "lost": 0.0, "fell": False},
    ]  # fmt: skip
    guess = {"opened_on": as_of, "confirmed_on": as_of, "p": 0.6, "said": "people"}
    guesses = [
        {**guess, "account_id": "A100", "guessed": "drift", "confirmed": "delivery"},
        {**guess, "account_id": "A103", "guessed": "drift", "confirmed": "drift"},
    ]
    past = {"as_of": as_of - timedelta(weeks=14), "weeks": 13, "accounts": 9, "baseline": 900.0,
            "expected": 100.0, "low": 50.0, "high": 150.0, "lost": 200.0, "inside": 6}  # fmt: skip
    tables = {
        "effects": found.table(),
        "needed": needed(cases, PLAYS, found),
        "moves": moves(priors(PLAYS), believed, {}),
        "cases": _table(cases),
        "rates": pa.Table.from_pylist(
            [{"signal": "", "cause": "delivery.late", "before": 0.1, "after": 0.2, "falls": 0.0}],
            RATES,
        ),
        "put_off": pa.Table.from_pylist(rows if n else [], PUT_OFF),
        "guesses": pa.Table.from_pylist(guesses if n else [], GUESSES),
        "forecasts": pa.Table.from_pylist(
            [{**past, "alone": one} for one in (False, True)] if n else [], FORECAST
        ),
    }
    meta = {"as_of": str(as_of), "before": None, "left_out": found.left_out, "cases": n}
    learnt_folder(settings.HOME.store).save(ID, tables, {"meta": meta})


@pytest.fixture
def learnt(own_store: None, published: Any, cast: Any) -> None:
    keep(600, cast.AS_OF)


def plain(response: Any) -> str:
    assert response.status_code == 200
    found = response.content.decode().split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


@pytest.mark.usefixtures("learnt")
def test_harm_stands_first_then_what_works_then_what_is_not_known(
    signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    dora = signed_in("dora")
    dora.get("/learning/")
    with django_assert_max_num_queries(15):
        response = dora.get("/learning/")
    told = plain(response)
    assert told.index("What does harm") < told.index("What works") < told.index("Too few cases")
    assert re.search(
        r"It keeps about \d+% of what would have gone, \d+% to \d+%, of 1\d\d cases\.", told
    )
    assert re.search(r"With it about \d+% more goes than would have gone", told)
    assert re.search(r"About [\d,]+ cases would tell an effect of 10%", told)
    assert "were expected to lose 40%, the others 40%. What differs" in told
    assert "Of 2 causes that reviews confirmed, 1 were what was thought first." in told
    assert "Within the 80% interval: 0 of 1 assessment." in told
    assert "Of single accounts, 67% lost what their own interval held." in told
    assert "+100%" in told
    page = response.content.decode()
    assert "range ratio" in page
    assert "On <holiday>" not in page  # escaped


@pytest.mark.usefixtures("learnt")
def test_managers_see_what_became_of_their_own_alone(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    told = plain(minsu.get("/learning/"))
    assert "On <holiday>" in told
    assert "They told us" not in told
    for sum_ in ("What works", "What moved the plan", "Forecasts against", "of 150 cases"):
        assert sum_ not in told
    cases = plain(minsu.get("/learning/plays/listen/"))
    assert "Cases of your accounts" in cases
    assert "By what was done" not in cases
    assert "X4" not in cases
    file = minsu.get("/learning/plays/listen/cases.csv").content.decode()
    assert "A100" in file
    assert "X4" not in file
    assert "A103" not in minsu.get("/learning/put_off/download.csv").content.decode()
    assert minsu.get("/learning/effects/download.csv").status_code == 404


@pytest.mark.usefixtures("learnt")
def test_one_play_has_both_views_its_causes_and_its_cases(signed_in: Any) -> None:
    dora = signed_in("dora")
    told = plain(dora.get("/learning/plays/listen/"))
    assert "By what was drawn or chosen" in told
    assert "By what was done" in told
    assert "Too little communication" in told
    assert "150" in told
    assert dora.get("/learning/plays/listen/?page=999").status_code == 200
    assert dora.get("/learning/plays/no-such/").status_code == 404
    assert dora.get("/learning/plays/win_back/").status_code == 404
    file = dora.get("/learning/effects/download.csv").content.decode()
    assert "Does harm" in file
    assert Event.objects.filter(verb="learning.download").exists()


@pytest.mark.usefixtures("learnt")
def test_what_plays_bring_back_is_told_as_such(signed_in: Any) -> None:
    response = signed_in("dora").get("/learning/")
    told = plain(response)
    assert "What brings back what has gone" in told
    assert "Of what has gone comes back in a year: 20% (14% – 29%), by 41 cases; 12%" in told
    assert re.search(r"Of what has gone comes back in a year: 12% \([^)]*\) before, 20%", told)
    assert "/learning/plays/take_back/" not in response.content.decode()
    assert "comes back" not in plain(signed_in("minsu").get("/learning/"))


@pytest.mark.usefixtures("learnt")
def test_a_director_holds_a_change_back_and_lets_it_go(signed_in: Any) -> None:
    dora = signed_in("dora")
    said = {"play": "listen", "held": "yes", "reason": "Two accounts were counted twice"}
    told = plain(dora.post("/learning/hold/", said, follow=True))
    assert "Held back: the next plan" in told
    assert "Two accounts were counted twice" in told
    assert "It counts from the next plan on." in told
    (row,) = HeldEffect.objects.all()
    assert (row.play, row.held) == ("listen", True)
    told = plain(dora.post("/learning/hold/", {"play": "listen", "held": "no"}, follow=True))
    assert "Let go" in told
    assert not HeldEffect.objects.get().held
    told = plain(dora.post("/learning/hold/", {**said, "reason": " "}, follow=True))
    assert "Say why the change is held back." in told
    assert signed_in("minsu").post("/learning/hold/", said).status_code == 403
    assert dora.post("/learning/hold/", {"play": "no-such"}).status_code == 404


def test_without_a_case_the_page_says_what_is_missing(
    own_store: None, published: Any, cast: Any, signed_in: Any
) -> None:
    assert "made before Mainstay told" in plain(signed_in("dora").get("/learning/"))
    keep(0, cast.AS_OF)
    for who in ("dora", "minsu"):
        told = plain(signed_in(who).get("/learning/"))
        assert "Nothing that was put off or dismissed is a horizon ago yet." in told
    told = plain(signed_in("dora").get("/learning/"))
    assert "There is no case yet." in told
    assert "At present none comes in a quarter." in told
    assert "20% of the money lost without the play. That is assumed" in told
    assert "No kept assessment is a horizon old yet." in told


def test_one_case_tells_nothing(own_store: None, published: Any, cast: Any, signed_in: Any) -> None:
    keep(1, cast.AS_OF)
    assert "The only case had it" in plain(signed_in("dora").get("/learning/plays/listen/"))


def test_the_cost_of_finding_out_is_told_where_it_could_be_found_out() -> None:
    row = {"may_wait": True, "cases": 400.0, "had": 20, "a_quarter": 10.0}
    assert _cost(row, 50.0, 30, 0.25) == Cost(50.0 * 200 * 0.25)
    assert _cost(row | {"cases": 4000.0}, 50.0, 30, 0.25).why == "never"
    assert _cost(row, 0.0, 0, 0.25).why == "nobody"
    assert _cost(row | {"may_wait": False}, 50.0, 30, 0.25).why == "owed"
