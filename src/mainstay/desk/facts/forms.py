"""Forms for any table from people: a field for each column, in words; codes are chosen, not typed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay import engine
from mainstay.core.currencies import CURRENCIES
from mainstay.desk import numbers
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.access.views import in_words
from mainstay.desk.facts import words
from mainstay.desk.facts.checks import troubles
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rows import ERASED, columns_of, models_by_table
from mainstay.desk.reviews.rights import ASKED_BY_OWN, own_managers
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.naming import told_apart, with_label

LONGEST = 4_000  # letters of a note
LONGEST_LINE = 200  # letters of a name or a code
LONG = frozenset({"text", "notes", "purpose", "detail", "why", "outcome", "root_cause"})
LONG |= frozenset({"penalties", "rebate_rule", "their_strategy", "common_goal", "in_return_for"})
LONG |= frozenset({"salesperson_text", "customer_text", "prevention", "change_text"})
LONG |= frozenset({"note", "definition", "lesson", "benefit_ours", "benefit_theirs", "agreed"})
LONG |= frozenset({"why_1", "why_2", "why_3", "why_4", "why_5"})
NOTHING = pgettext_lazy("a choice that was not made", "–")
# Columns that the application fills.
MADE = frozenset({"account_id", "recorded_at", "confirmed_on", "confirmed_by"})


class Line(forms.CharField):
    """One line of text: no control characters, no edges of blanks, not too long."""

    def __init__(self, *, longest: int = LONGEST_LINE, **options: Any) -> None:
        self.longest = longest
        super().__init__(**options)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        text = "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()
        if len(text) > self.longest:
            raise forms.ValidationError(
                _("This is longer than %(most)s letters; make it shorter."),
                params={"most": self.longest},
            )
        return text or None


class Currency(Line):
    """The code of a currency, kept in capitals as files have it."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        code = text.upper() if text else None
        if code and code not in CURRENCIES:
            raise forms.ValidationError(
                _("There is no currency “%(code)s”: write its three letters, like EUR or TWD."),
                params={"code": code[:20]},
            )
        return code


class Amount(forms.DecimalField):
    """A sum of money, smaller than files may hold one."""

    def __init__(self, *, decimal_places: int = 4, **options: Any) -> None:
        super().__init__(decimal_places=decimal_places, **options)

    def to_python(self, value: Any) -> Decimal | None:
        amount = super().to_python(value)
        if amount is not None and abs(amount) >= engine.LARGEST:
            raise forms.ValidationError(
                _(
                    "This is too large to be true: amounts lie below %(most)s. "
                    "Check the zeros and the currency."
                ),
                params={"most": numbers.plain(engine.LARGEST)},
            )
        return amount


class Chosen(forms.TypedChoiceField):
    """One of a few values, with their words; nothing chosen is nothing known, or asked for again: no value
    is chosen for people.
    """

    def __init__(
        self,
        known: dict[Any, Any],
        *,
        required: bool,
        label: str,
        groups: Sequence[tuple[Any, Sequence[Any]]] = (),
    ) -> None:
        """groups: name and values, where the values are offered group by group"""
        self.by_text = {str(value): value for value in known}
        choices: list[Any] = [(str(value), word) for value, word in known.items()]
        if groups:
            choices = [
                (name, [(str(value), known[value]) for value in values]) for name, values in groups
            ]
        super().__init__(
            choices=[("", NOTHING), *choices],
            coerce=lambda text: self.by_text.get(text),
            empty_value=None,
            required=required,
            label=label,
        )

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Section:
    """A part of a larger form, for a row that may be left out: with no field filled, there is none.

    prefix: of its fields' names; columns: those that it asks for
    """

    prefix: str
    columns: tuple[str, ...]


class FactForm(forms.Form):
    """The columns of a table as fields; hidden ones carry what tells a second sending and a late one.

    account_id: of the account that the row is about; its contacts can be chosen
    section: where it is one of several in a form
    without: columns that are not asked
    given: values, by field, that the rest of the form gives; set before it is checked
    """

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    data: Any

    def __init__(
        self,
        model: type[Fact],
        data: Any = None,
        *,
        fact: Fact | None = None,
        account_id: str | None = None,
        initial: dict[str, Any] | None = None,
        section: Section | None = None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.model, self.fact, self.account_id = model, fact, account_id
        self.without = without
        self.section, self.given = section, dict[str, Any]()
        first = {"once": secrets.token_urlsafe(12), **(initial or {})}
        if fact is not None:
            first |= {"seen": fact.version} | {
                field_of(c.name): getattr(fact, field_of(c.name)) for c in columns_of(model)
            }
        super().__init__(
            data,
            initial=first,
            label_suffix="",
            prefix=section.prefix if section else None,
            empty_permitted=section is not None,
            use_required_attribute=section is None,
        )
        if section is not None:
            del self.fields["once"], self.fields["seen"]
        for column in columns_of(model):
            if self._asked(column.name):
                self.fields[field_of(column.name)] = self._field(column)

    def _asked(self, name: str) -> bool:
        """The row's own code is made by the application, unless people gave it."""
        if self.section is not None:
            return name in self.section.columns
        own = self.model.TABLE in OWN_CODES and name == OWN_CODES[self.model.TABLE]
        if own or (name == "account_id" and self.account_id is not None):
            return False
        held = words.held_back(self.fact) if self.fact is not None else ()
        if name in self.without or name in held:
            return False
        return name not in MADE or name == "account_id"

    def _field(self, column: Any) -> forms.Field:
        table, name, kind = self.model.TABLE, column.name, column.kind
        label, required = words.label(table, name), column.required
        if (table, name) in words.CHOICES:
            groups = words.GROUPED.get((table, name), ())
            known = words.CHOICES[table, name]
            return Chosen(known, required=required, label=label, groups=groups)
        if kind == "choice":
            return Chosen({c: c for c in column.choices}, required=required, label=label)
        if kind == "yes_no":
            return Chosen(words.YES_NO, required=required, label=label)
        if kind == "date":
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            return forms.DateField(required=required, label=label, widget=widget)
        if kind == "moment":
            widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
            return forms.DateTimeField(required=required, label=label, widget=widget)
        if kind == "money":
            return Amount(required=required, label=label)
        if kind == "number":
            return forms.FloatField(required=required, label=label)
        if kind == "integer":
            return forms.IntegerField(required=required, label=label)
        if name in LONG:
            return Line(
                longest=LONGEST,
                required=required,
                label=label,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if name == "currency":
            return Currency(required=required, label=label)
        if options := self._known(name):
            parts = self._by_closeness(options) if (table, name) == ("visits", "staff_id") else []
            field = Chosen(options, required=required, label=label, groups=parts)
            if self._wants_outsider(name):  # who is not offered may be typed into an address
                field.error_messages["invalid_choice"] = in_words(NotAllowed(ASKED_BY_OWN))
            return field
        return Line(required=required, label=label)

    def _known(self, name: str) -> dict[str, str]:
        """The codes that a column may name, with their names: our staff, their contacts."""
        current = getattr(self.fact, field_of(name), None) if self.fact else None
        found: dict[str, str] = {}
        if name in STAFF_CODES and self.model.TABLE != "staff":
            found = self._outside(name, staff_there())
        elif (name in CONTACT_CODES and self.account_id is not None) or (
            name == "reports_to" and self.model.TABLE == "contacts" and self.account_id
        ):
            found = contact_names(self.account_id)
        if found and current and current not in found:
            found[current] = staff_named(current) if name in STAFF_CODES else current
        return found

    def _outside(self, name: str, people: dict[str, str]) -> dict[str, str]:
        """Those of ours whom a column may name: where it wants somebody who does not look after the
        account, without those who do."""
        if not self._wants_outsider(name):
            return people
        sold_by = getattr(self.fact, "salesperson_id", None)
        own = own_managers(getattr(self.fact, "account_id", self.account_id), sold_by)
        return {code: word for code, word in people.items() if code not in own}

    def _wants_outsider(self, name: str) -> bool:
        outsider = engine.fact_table(self.model.TABLE).outsider
        return outsider is not None and name == outsider.column

    def _by_closeness(self, options: dict[str, str]) -> list[tuple[Any, list[str]]]:
        """Our people as they are offered: first those whom the account knows already."""
        near = {code for code in close_to(self.account_id or "") if code in options}
        if not near or len(near) == len(options):
            return []
        return [
            (_("Look after them, or visited them before"), [c for c in options if c in near]),
            (_("Others of ours"), [c for c in options if c not in near]),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        about = {"account_id": self.account_id} if self.account_id is not None else {}
        values = {**about, **self.given, **cleaned}
        for name, sentence in troubles(self.model, values, self.fact).items():
            self.add_error(name if name in self.fields else None, sentence)
        return cleaned

    def now_at(self, version: int) -> None:
        """The next saving knows of that version: the user has seen it."""
        data: Any = self.data.copy()
        data["seen"] = str(version)
        self.data = data

    def values(self) -> dict[str, Any]:
        """What was typed, by the model's fields."""
        skipped = ("once", "seen")
        typed = {name: v for name, v in self.cleaned_data.items() if name not in skipped}
        return {**self.given, **typed}


STAFF_CODES = frozenset({"staff_id", "owner_id", "by_id", "acquired_by"})
STAFF_CODES |= frozenset({"salesperson_id", "interviewed_by", "confirmed_by", "change_owner_id"})
CONTACT_CODES = frozenset({"contact_id", "by_contact_id"})
# Tables whose rows get their code from the application when they are written here.
OWN_CODES = {
    "visits": "visit_id",
    "requests": "request_id",
    "complaints": "complaint_id",
    "corrective_actions": "action_id",
    "promises": "promise_id",
    "incentives": "incentive_id",
    "agreements": "agreement_id",
    "contacts": "contact_id",
    "competitor_sightings": "sighting_id",
    "goals": "goal_id",
    "company_events": "event_id",
    "reviews": "review_id",
    "cases": "case_id",
    "case_steps": "step_id",
    "case_comments": "comment_id",
    "approvals": "approval_id",
}


MOST_STAFF = 2_000
MOST_CONTACTS = 500  # of one account


def staff_names() -> dict[str, str]:
    """Everybody of ours by code, to name what they did; also who has left, while there is room."""
    staff = models_by_table()["staff"]._default_manager.order_by(
        F("left_on").desc(nulls_first=True), "name"
    )
    return told_apart(staff.values_list("staff_id", "name", "role")[:MOST_STAFF])


def staff_there() -> dict[str, str]:
    """Those of ours who can be chosen, by code: until their last day has passed."""
    staff = models_by_table()["staff"]._default_manager.filter(
        Q(left_on__isnull=True) | Q(left_on__gte=timezone.localdate())
    )
    rows = staff.order_by("name", "staff_id").values_list("staff_id", "name", "role")
    return told_apart(rows[:MOST_STAFF])


def staff_named(staff_id: str) -> str:
    """The name of one of ours, also of who has left; the code where there is none."""
    rows = with_label(models_by_table()["staff"]._default_manager.filter(staff_id=staff_id))
    return rows.values_list("label", flat=True).first() or staff_id


def close_to(account_id: str) -> set[str]:
    """The codes of those of ours who look after an account today, or have visited it."""
    assigned = assigned_on(timezone.localdate()).filter(account_id=account_id)
    visits = models_by_table()["visits"]._default_manager.filter(account_id=account_id)
    codes = (rows.order_by().values_list("staff_id", flat=True) for rows in (assigned, visits))
    first, second = codes
    return set(first.union(second))


def contact_names(account_id: str, *, also_left: bool = False) -> dict[str, str]:
    """The contacts at an account, by code: those who are still there, or all.

    Who was erased has no name to choose.
    """
    rows = models_by_table()["contacts"]._default_manager.filter(account_id=account_id)
    if not also_left:
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=timezone.localdate()))
        rows = rows.exclude(name=ERASED)
    return dict(rows.order_by("name").values_list("contact_id", "name")[:MOST_CONTACTS])
