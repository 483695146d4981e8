"""The page: can I trust it?"""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from mainstay.core.errors import MainstayError, NotFound
from mainstay.desk import numbers
from mainstay.desk.access.rights import OFFICE, SETTERS, allowed
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS, as_file
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.imports import notices
from mainstay.desk.imports import progress as work
from mainstay.desk.jobs import services as jobs
from mainstay.desk.team.watch import no_bulk
from mainstay.desk.trust import pictures, queries, services, words
from mainstay.desk.trust.forms import AlertsForm


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "trust", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    role = getattr(request.user, "role", None)
    job = queries.job_under_way()
    failed = queries.job_failed(queries.newest_id())
    context |= {
        "may_start": role in OFFICE,
        "may_set": role in SETTERS,
        "work": work.shown(job) if job else None,
        "failed": account_words.sentence(failed.error) if failed and failed.error else "",
        "downloads": KINDS,
    }
    found = queries.shown(sight)
    if found is None:
        return render(request, "trust/nothing.html", context)
    if found.nothing:
        return render(request, "trust/none_of_yours.html", context | {"found": found})
    return render(request, "trust/trust.html", context | _figures(request, sight, found))


def _figures(request: HttpRequest, sight: Sight, found: queries.Shown) -> dict[str, Any]:
    summary, meta = found.summary, found.meta
    currency = meta.get("currency") or sight.currency
    form = AlertsForm(request.GET if "alerts" in request.GET else None)
    asked = form.is_valid()
    plan = queries.plan(
        sight,
        form.cleaned_data["alerts"] if asked else None,
        form.probability if asked else None,
    )
    lead = abs(summary.named_lead_weeks or 0.0)
    managers = manager_names([row["manager_id"] for row in [*found.warnings, *found.missed]])
    return {
        "currency": currency,
        "found": found,
        "summary": summary,
        "weeks": meta["horizon_weeks"],
        "lead": lead,
        "lead_whole": math.ceil(lead),
        "per_manager": bool(meta.get("managers")),
        "called": pictures.of_hundred(summary.right, summary.called),
        "left": pictures.of_hundred(summary.named, summary.left),
        "missed_share": summary.lost_missed / summary.lost if summary.lost else None,
        "curve": _curve(found.complete, meta),
        "others": [(one, _curve(one, meta)) for one in found.others],
        "missed": [(row, pictures.history(row, currency)) for row in found.missed],
        "partial_missed": [
            (row, pictures.history(row, currency)) for row in found.partial_missed.rows
        ],
        "category_missed": [
            (row, pictures.history(row, currency)) for row in found.category_missed.rows
        ],
        "managers": managers,
        "plan": plan,
        "wrong": _wrong() if form.errors else "",
        "comparison": _comparison(plan, currency) if plan else [],
    }


def _curve(one: queries.Outcome | None, meta: dict[str, Any]) -> Any:
    return pictures.curve(one.curve, meta["horizon_weeks"], one.code) if one else None


def _wrong() -> str:
    return _("Give a number of warnings from 1 to 1000, and a share up to 95%.")


def _comparison(plan: queries.Plan, currency: str) -> list[tuple[str, str, str]]:
    """What each figure is as it is set, and would be."""
    now, then = plan.now, plan.then

    def share(part: int, whole: int) -> str:
        return numbers.share(part / whole) if whole else numbers.NOTHING

    return [
        (_("Warnings a month"), *(numbers.plain(s.per_month) for s in (now, then))),
        (_("of them false alarms"), *(numbers.plain(s.false_alarms) for s in (now, then))),
        (_("Called leaving, and right"), *(share(s.right, s.called) for s in (now, then))),
        (_("Left for good, and named"), *(share(s.named, s.left) for s in (now, then))),
        (
            _("Money that left unnamed"),
            *(numbers.money(s.lost_missed, currency) for s in (now, then)),
        ),
    ]


@require_POST
@allowed(OFFICE)
def start(request: HttpRequest) -> HttpResponse:
    notices.watch(request, services.start(request.user))
    return redirect("trust:page")


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far the replay is; the page comes anew when it is over."""
    job = queries.job_under_way()
    if job is None:
        return (
            HttpResponseClientRefresh()
            if request.headers.get("HX-Request")
            else redirect("trust:page")
        )
    context = {
        "work": work.shown(job),
        "may_start": getattr(request.user, "role", None) in OFFICE,
    }
    return render(request, "trust/_work.html", context)


@require_POST
@allowed(OFFICE)
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    job = queries.job_under_way()
    if job is None or job.pk != job_id:
        raise Http404
    try:
        jobs.cancel(request.user, job_id)
    except NotFound:
        raise Http404 from None
    return redirect("trust:page")


@require_POST
@allowed(SETTERS)
def limits(request: HttpRequest) -> HttpResponse:
    """Save how many warnings there shall be."""
    form = AlertsForm(request.POST)
    sight = Sight.of(request.user)
    if not form.is_valid() or sight.assessment is None:
        messages.error(request, _wrong())
        return redirect("trust:page")
    plan = queries.plan(sight, form.cleaned_data["alerts"], form.probability)
    if plan is None:
        return redirect("trust:page")
    try:
        services.set_limits(
            request.user,
            alerts=plan.alerts,
            probability=plan.probability,
            least_money=plan.least_money,
        )
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("trust:page")
    messages.success(request, _("Saved. It counts from the next assessment."))
    return redirect("trust:page")


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """The warnings, or who left, of accounts or of categories, as a file."""
    columns = words.DOWNLOADS.get(table)
    sight = Sight.of(request.user)
    found = queries.replay_of(sight) if columns and kind in KINDS and sight.assessment else None
    if columns is None or found is None:
        raise Http404
    rows: pa.Table = _early(getattr(found, table).select(list(columns)))
    rows = _in_words(rows, of_categories=table.startswith("category"))
    record(
        sight.user,
        "trust.download",
        object_kind="replay",
        object_id=found.id,
        label=found.id,
        after={"rows": rows.num_rows, "table": table, "kind": kind},
    )
    return as_file(rows, f"{table}-{found.as_of[-1]}", kind, columns)


def _early(rows: pa.Table) -> pa.Table:
    """Without weeks of lead where a warning was not right: nothing came that it was ahead of."""
    if "right" not in rows.column_names:
        return rows
    place = rows.column_names.index("lead_weeks")
    ahead = pc.if_else(pc.fill_null(rows["right"], False), rows["lead_weeks"], None)
    return rows.set_column(place, "lead_weeks", ahead)


def _in_words(rows: pa.Table, *, of_categories: bool) -> pa.Table:
    """Codes as words in the reader's language."""
    states: dict[str, Any] = (
        account_words.CATEGORY_STATES if of_categories else account_words.STATES
    )
    came = words.CATEGORY_CAME if of_categories else words.CAME
    for name, known in (("state", states), ("outcome", came)):
        if name in rows.column_names:
            place = rows.column_names.index(name)
            told = [str(known.get(code, code)) if code else None for code in rows[name].to_pylist()]
            rows = rows.set_column(place, name, pa.array(told, pa.string()))
    return rows
