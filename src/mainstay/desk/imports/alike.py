"""The page of codes that may be one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.models import Event
from mainstay.desk.access.rights import OFFICE, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import answers, not_ours
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.models import latest
from mainstay.desk.imports import words

SHOWN = 40  # suggestions of one kind on the page
MOST_CHOSEN = 50
LOOKED_AT = 500  # events in which it is looked up who said something
readers = allowed(OFFICE)


@dataclass(frozen=True)
class Part:
    """Suggestions of one kind, the first of them."""

    kind: str
    words: Any
    why: Any
    rows: list[engine.Suggestion]
    total: int

    @property
    def may_all(self) -> bool:
        """Nearly the same name is too little to join unseen."""
        return self.kind != "near" and self.total > 1


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    assessed = latest()
    anything = assessed is not None or bool(engine.import_list(settings.HOME))
    context |= {"section": "imports", "assessed": assessed, "anything": anything}
    return render(request, template, context)


@readers
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """The page at once; what takes seconds with many accounts follows by itself."""
    if not (request.headers.get("HX-Request") or request.GET.get("now")):
        return _page(request, "imports/alike.html", later=True)
    known = engine.identities(settings.HOME)
    template = "imports/alike.html" if request.GET.get("now") else "imports/_alike.html"
    return _page(
        request,
        template,
        later=False,
        known=known,
        parts=_parts(known.suggestions),
        not_ours=not_ours.all_said(request.user),
        told=words_of_record(),
        currency=known.currency,
    )


def _parts(suggestions: list[engine.Suggestion]) -> list[Part]:
    found = []
    for kind, (title, why) in words.ALIKE.items():
        rows = [s for s in suggestions if s.kind == kind]
        if rows:
            found.append(Part(kind, title, why, rows[:SHOWN], len(rows)))
    return found


def words_of_record() -> dict[str, str]:
    """By code who said last what it is or is not, and when: “Dora Lin, 2 Mar 2026”."""
    found: dict[str, str] = {}
    verbs = ("account.same", "account.join", "account.keep_apart")
    for event in Event.objects.filter(object_kind="account", verb__in=verbs)[:LOOKED_AT]:
        after = event.after or {}
        groups = [codes for codes, _into in after.get("groups", [])]
        codes = after.get("codes") or [code for group in groups for code in group]
        for code in [*codes, *([event.object_id] if event.verb == "account.same" else [])]:
            found.setdefault(code, f"{event.actor_name}, {account_words.day(event.at)}")
    return found


@readers
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Codes to be joined by hand; those that are chosen stay while one looks for others."""
    text = request.GET.get("q", "")[:100].replace("\0", "").strip()
    codes = request.GET.getlist("code")[:MOST_CHOSEN]
    chosen = engine.accounts_of(settings.HOME, codes) if codes else []
    found = engine.find_codes(settings.HOME, text) if text else []
    picked = {code.account_id for code in chosen}
    found = [code for code in found if code.account_id not in picked]
    return _page(request, "imports/_codes.html", chosen=chosen, found=found, words=text)


@readers
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Join, keep apart, take back."""
    data = request.POST
    codes = [code for code in data.getlist("code") if code][:500]
    main = data.get("main", "")
    user: Any = request.user
    said = ""
    try:
        match data.get("do", ""):
            case "join":
                main = main if main in codes else codes[0]
                answers.join_codes(user, [(codes, main)], data.get("kind") or "by_hand")
                said = _("Joined: they count as one account from the next assessment on.")
            case "all":
                said = _join_all(user, data.get("kind", ""))
            case "apart":
                answers.keep_apart(user, codes, main)
                said = _("They stay apart and are not suggested again.")
            case "back":
                answers.take_apart(user, codes)
                said = _("Taken back.")
            case "group":
                answers.group(user, codes, data.get("group", "").strip()[:100])
                said = _("The buying group is kept.")
            case "ours":
                for code in codes:
                    answers.take_back(user, code)
                said = _("Taken back.")
    except (MainstayError, IndexError) as error:
        trouble = in_words(error) if isinstance(error, MainstayError) else _("Choose codes first.")
        messages.error(request, trouble)
        return redirect(f"{request.path}../?now=1")
    if request.headers.get("HX-Request") and data.get("do") in ("join", "apart"):
        return _page(
            request, "imports/_decided.html", said=said, codes=codes, main=main, do=data["do"]
        )
    if said:
        messages.success(request, said)
    return redirect("imports:alike")


def _join_all(user: Any, kind: str) -> str:
    found = [
        ([code.account_id for code in s.codes], s.main_id)
        for s in engine.identities(settings.HOME).suggestions
        if s.kind == kind and kind != "near"
    ]
    n = answers.join_codes(user, found, kind)
    return ngettext("%(n)s group was joined.", "%(n)s groups were joined.", n) % {"n": n}
