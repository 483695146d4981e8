"""Can I trust it? What the page says of the past, to whom, and how many warnings are set there."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import past
import pytest

from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.core.texts import Text
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Assessment
from mainstay.desk.accounts.queries import Sight, changed_accounts
from mainstay.desk.accounts.templatetags.trust import verdict
from mainstay.desk.charts.calibration import Bin, ticks_of
from mainstay.desk.jobs import kinds
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.trust import pictures, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = Home(tmp_path / "home").prepare()
    queries.forget()
    return settings.HOME


@pytest.fixture
def replayed(home: Home, published: Any) -> Any:
    return past.keep(home.store)


def page(client: Any, address: str = "/trust/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_before_the_first_replay_one_can_be_asked_for(
    home: Home, published: Any, signed_in: Any
) -> None:
    client = signed_in("dora")
    assert "The past has not been replayed yet" in page(client)
    assert client.post("/trust/start/").status_code == 302
    assert client.post("/trust/start/").status_code == 302
    (job,) = Job.objects.all()
    assert (job.kind, job.state) == ("replay", State.WAITING)
    waiting = page(client)
    assert "Begins in a moment" in waiting
    assert "Replay last year" not in waiting
    assert "Ask your director" in page(signed_in("minsu")) or "Begins" in page(signed_in("minsu"))
    assert client.post(f"/trust/cancel/{job.pk}/").status_code == 302
    assert "Replay last year" in page(client)


def test_a_replay_that_failed_says_why(home: Home, published: Any, signed_in: Any) -> None:
    error = Text("There are no order lines yet; import some with `mainstay import FILE`.").to_json()
    Job.objects.create(id="20990101-000000-x", kind="replay", state=State.FAILED, error=error)
    shown = page(signed_in("ana"))
    assert "The last replay failed: There are no order lines yet" in shown
    assert "Replay last year" in shown


def test_progress_is_shown_and_the_page_comes_anew_at_its_end(
    replayed: Any, signed_in: Any
) -> None:
    client = signed_in("dora")
    job = Job.objects.create(
        id="20990101-000000-y", kind="replay", state=State.RUNNING, step="replay", share=0.4
    )
    assert "40%" in page(client, "/trust/progress/")
    assert "40%" in page(client)
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    ended = client.get("/trust/progress/", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"


def test_the_page_says_in_words_how_often_it_was_right(replayed: Any, signed_in: Any) -> None:
    text = words(page(signed_in("dora")))
    assert "Of 4 accounts we called leaving 3 had gone 8 weeks later" in text
    assert "3 of 4 warnings that an account leaves; the others ordered again" in text
    assert "Besides, 1 warning that an account slips" in text
    assert "Of 3 accounts that left for good 2 had been named" in text
    assert "6 dates from 30 Jun 2025 to 17 Nov 2025" in text
    # 5 warnings, one of them a false alarm, of 2 managers in 5 months.
    assert "0.1 of 0.5 warnings a manager and month" in text
    assert "Left unnamed 16%" in text
    assert "€77k" in text
    assert "大同貿易股份有限公司" in text
    assert "not measured" in text
    assert "Of 60 losses within 8 weeks, 81% lay within the 80% interval" in text
    assert "Of 50 losses over a year, 78% lay within the 80% interval that was given." in text


def test_what_was_put_off_or_dismissed_is_told_by_kind(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("dora"))
    rows = re.findall(r'<h2 id="putoff">.*?<tbody>(.*?)</tbody>', shown)[0]
    told = [words(row).split() for row in rows.split("</tr>") if row]
    assert told[0][:5] == ["Dismissed", "2", "2", "1", "1"]
    assert "€21k" in told[0]
    assert told[1] == ["Put", "off", "1", "0", "–", "–", "–"]
    mine = page(signed_in("wei"))
    assert "Dismissed" not in mine[mine.index('id="putoff"') :]


def test_what_stands_behind_the_first_figures_is_folded_with_its_number_outside(
    replayed: Any, signed_in: Any
) -> None:
    shown = page(signed_in("dora"))
    folded = re.findall(r'<details class="fold[^>]*>(.*?)</details>', shown)
    summaries = [words(re.findall("<summary>(.*?)</summary>", part)[0]) for part in folded]
    assert any(
        "The warnings, and what came of them" in s and s.split()[-1] == "5" for s in summaries
    )
    assert not any("Of 4 accounts we called leaving" in part for part in folded)
    assert "<details open" not in shown
    # Who has just asked for another number sees what was asked.
    asked = page(signed_in("dora"), "/trust/?alerts=3")
    assert re.search(r'<details class="fold plain" data-wide="row" open>', asked)


def test_names_that_have_no_page_are_no_links_and_no_markup(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("dora"))
    assert "Gone &lt;b&gt;" in shown
    assert "/account/X1/" not in shown
    assert "/account/A100/" in shown


def test_a_manager_sees_the_figures_of_the_own_accounts(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("minsu"))
    text = words(shown)
    assert "your accounts" in text
    assert "Harbour Hardware" in shown
    for other in ("华东机电", "한빛산업", "大同貿易", "Beside what others do", "Replay again"):
        assert other not in shown
    assert "Of 1 account we called leaving 1" in text
    assert "Nothing" not in text
    nobody = words(page(signed_in("nobody")))
    assert "None of your accounts was judged" in nobody
    assert "False alarms" not in nobody


def test_what_is_partly_lost_stands_apart_from_what_is_lost(replayed: Any, signed_in: Any) -> None:
    text = words(page(signed_in("dora")))
    assert "Buying far less" in text
    assert "Foretold and come true: far less money within 8 weeks" in text
    assert "Came about 6 of 48 judgements" in text
    assert "Warnings 1 right: 0 · false alarms: 0 · not measured: 1" in text
    assert "Calibration error 0.020 0.010 by chance alone" in text
    assert "Bought far less, and never named" in text
    assert "Less &amp; Less" in text
    assert "A category left, while the account still buys" in text
    assert "Warnings 3 right: 1 · false alarms: 1 · not measured: 1" in text
    assert "Too few categories for a curve." in text
    # The figures of accounts are what they were without categories.
    assert "0.1 of 0.5 warnings a manager and month" in text


def test_categories_are_listed_with_what_came_of_them(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("dora"))
    text = words(shown)
    assert "Tools &amp; &lt;i&gt;more" in shown
    assert "no order of it" in text
    assert "still bought" in text
    assert "Categories left for good, and never named" in text
    own = page(signed_in("minsu"))
    assert "Paint" in own
    assert "Fixings" not in own


def test_figures_stand_with_assumed_facts_and_without(replayed: Any, signed_in: Any) -> None:
    text = words(page(signed_in("dora")))
    assert "With assumed facts, and without 3 notices" in text
    assert "Gone altogether counted 0.810" in text
    assert "Gone altogether left out 0.790" in text
    assert "With assumed facts" not in page(signed_in("minsu"))


def test_the_tiles_count_what_is_announced_under_the_limits_in_force(
    replayed: Any, signed_in: Any, home: Home
) -> None:
    Settings.write(home.folder, {"alert_least_probability": 0.65})
    text = words(page(signed_in("dora")))
    assert "3 of 3 warnings that an account leaves" in text
    assert "1 change of state below the limits that are set is not among the warnings." in text
    plan = queries.plan(Sight.of(client_user("dora")), None, None)
    found = queries.shown(Sight.of(client_user("dora")))
    assert plan is not None
    assert found is not None
    assert plan.now == found.summary
    assert sum(one.warnings for one in found.dates) == plan.now.warnings


def test_the_curve_has_its_numbers_as_a_table(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("dora"))
    assert "Foretold and come true: no order within 8 weeks" in shown
    assert "The numbers as a table" in shown
    assert '<td class="num">20%</td>' in shown


def test_each_outcome_is_named_by_its_own_words(replayed: Any, signed_in: Any) -> None:
    shown = page(signed_in("dora"))
    parts = {
        code: shown.split(f'<section class="panel" aria-labelledby="of-{code}"')[1].split(
            "</section>"
        )[0]
        for code in ("partial", "category")
    }
    assert "share that bought far less" in parts["partial"]
    assert "tells who will buy far less" in parts["partial"]
    assert "not the same event" not in parts["partial"]
    assert "tells which category is left" in parts["category"]
    assert "not the same event" in parts["category"]
    for part in parts.values():
        assert "share that left" not in part
        assert "tells who leaves" not in part
    assert "share that left" in shown
    assert "tells who leaves" in shown
    assert "one that came true in part, with far less of it, counts as a false alarm" in shown


def test_the_curve_of_categories_is_named_by_what_came_true() -> None:
    rows = [{"predicted": p, "observed": p, "low": 0.1, "high": 0.4, "n": 30} for p in (0.2, 0.3)]
    drawn = pictures.curve(rows, 13, "category")
    assert drawn is not None
    assert "share of categories left" in drawn.wide
    assert "upwards the share that was left" in drawn.description


@pytest.mark.parametrize(("most", "top"), [(0.12, 0.25), (0.25, 0.25), (0.4, 0.5), (0.7, 1.0)])
def test_a_curve_of_what_is_rare_shows_the_corner_that_it_is_in(most: float, top: float) -> None:
    ticks = ticks_of((Bin(0.02, 0.03, 0.0, 0.05, 40), Bin(0.1, 0.11, 0.05, most, 40)))
    assert (ticks[0], ticks[-1], len(ticks)) == (0.0, top, 6)


def test_a_limit_shows_what_last_year_would_have_been_before_it_is_saved(
    replayed: Any, signed_in: Any, home: Home
) -> None:
    client = signed_in("dora")
    before = words(page(client))
    assert "Would have been" not in before
    shown = words(page(client, "/trust/?alerts=1&sure=0"))
    assert "Every change of state is then announced" in shown
    sure = words(page(client, "/trust/?alerts=10&sure=65"))
    assert "Every change of state is then announced" not in sure
    assert "Who is less than 65% likely to leave is then not announced as leaving" in sure
    many = queries.plan(Sight.of(client_user("dora")), 1, 0.65)
    assert many is not None
    assert (many.then.called, many.then.right) == (3, 3)
    assert Settings.load(home.folder) == Settings()
    assert not Event.objects.filter(verb="settings.alerts").exists()
    wrong = words(page(client, "/trust/?alerts=0&sure=99"))
    assert "Give a number of warnings from 1 to 1000" in wrong


def client_user(username: str) -> Any:
    from mainstay.desk.access.models import User

    return User.objects.get(username=username)


def test_saving_sets_what_counts_from_the_next_assessment(
    replayed: Any, signed_in: Any, home: Home
) -> None:
    client = signed_in("ada")
    # So many warnings that the budget lets only some through: 5 warnings in 10 months of managers.
    assert client.post("/trust/limits/", {"alerts": 1, "sure": 65}).status_code == 302
    saved = Settings.load(home.folder)
    assert (saved.alerts_per_month, saved.alert_least_probability) == (1, 0.65)
    event = Event.objects.get(verb="settings.alerts")
    assert event.before == {
        "alerts_per_month": 10,
        "alert_least_probability": 0.0,
        "alert_least_money": 0.0,
    }
    assert event.after["alert_least_probability"] == 0.65
    assert client.post("/trust/limits/", {"alerts": "many"}).status_code == 302
    assert Settings.load(home.folder) == saved


def test_an_analyst_may_look_and_not_set(replayed: Any, signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    assert "A director or an administrator can save it." in page(client, "/trust/?alerts=3")
    assert client.post("/trust/limits/", {"alerts": 3, "sure": 0}).status_code == 403
    assert Settings.load(home.folder) == Settings()


def test_what_is_below_the_limits_is_not_among_this_weeks_changes(
    published: Any, people: Any
) -> None:
    every = changed_accounts(Sight.of(people["dora"]), "worse", 40)
    meta = Assessment.objects.get().meta | {"settings": {"alert_least_money": 60_000.0}}
    Assessment.objects.update(meta=meta)
    some = changed_accounts(Sight.of(people["dora"]), "worse", 40)
    told = [a for a in every if a.state == "noticed"]
    assert told
    assert {a.pk for a in some} == {a.pk for a in every if (a.money_at_risk or 0) >= 60e3} | {
        a.pk for a in told
    }
    assert len(some) < len(every)


@pytest.mark.parametrize(
    ("table", "holds"),
    [
        ("warnings", "still orders"),
        ("left", "大同"),
        ("category_warnings", "Paint"),
        ("category_left", "Fixings"),
        ("partial_left", "Less & Less"),
    ],
)
def test_lists_can_be_downloaded_within_ones_rights(
    replayed: Any, signed_in: Any, table: str, holds: str
) -> None:
    whole = signed_in("dora").get(f"/trust/{table}/download.csv").content.decode("utf-8-sig")
    own = signed_in("minsu").get(f"/trust/{table}/download.csv").content.decode("utf-8-sig")
    assert "Account code" in whole
    for theirs in ("A102", "A103"):
        assert theirs not in own
    if table in ("warnings", "left"):
        assert "A102" in whole
        assert "A100" in own
    assert Event.objects.filter(verb="trust.download").count() == 2
    assert signed_in("dora").get("/trust/scores/download.csv").status_code == 404
    assert signed_in("dora").get(f"/trust/{table}/download.exe").status_code == 404
    assert holds in whole


def test_a_false_alarm_was_ahead_of_nothing(replayed: Any, signed_in: Any) -> None:
    file = signed_in("dora").get("/trust/category_warnings/download.csv").content.decode()
    rows = {
        tuple(r[k] for k in ("Account code", "Category")): r
        for r in csv.DictReader(file[1:].splitlines())
    }
    early = "Weeks before the sales report"
    assert float(rows["A101", "Paint"][early]) == 3
    assert rows["A103", "Paint"][early] == ""
    assert rows["A101", "Paint"]["What came of it"] == "no order of it"
    assert rows["A101", "Paint"]["State"] == "Slipping"


def test_who_was_said_to_leave_and_left_in_part_is_told_so() -> None:
    row = {"right": False, "outcome": "partial", "state": "late"}
    assert "right in part" in verdict(row)
    dropped = {**row, "state": "dropped", "category": "Paint"}
    assert "right in part" in verdict(dropped)
    assert "far less of it" in verdict(dropped)
    assert "false alarm" in verdict({**row, "outcome": "kept"})
    assert "acted upon" in verdict({**row, "treated": True})


def test_the_work_is_done_once_under_its_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = past.keep(home.store, "20260301-000000-once")
    steps = kinds.KINDS["replay"]
    assert list(steps) == ["replay_id", "replay"]
    assert steps["replay_id"](kinds.Run(home, {}))
    found = steps["replay"](kinds.Run(home, {}, {"replay_id": "20260301-000000-once"}))
    assert found == kept.id
