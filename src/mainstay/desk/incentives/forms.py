"""Forms of money: asking for it, and deciding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.cases import words
from mainstay.desk.cases.models import Approval
from mainstay.desk.facts.forms import LONGEST, Amount, Chosen, Line

MOST_DAYS = 3 * 366  # until a stop date


def _money(**options: Any) -> Amount:
    return Amount(
        min_value=0,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        **options,
    )


def _text(**options: Any) -> Line:
    widget = forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST})
    return Line(longest=LONGEST, widget=widget, **options)


class AskForm(forms.Form):
    """How much from which pool, for what in return, until when, and why.

    currencies: those that may be chosen, the reporting currency first
    refused: the last request, where that was refused, so that there has to be a new reason
    terms: whether what is asked for is terms alone, without money
    """

    amount = _money(label=pgettext_lazy("money asked for", "How much"))
    in_return_for = _text(
        required=False, label=pgettext_lazy("money asked for", "What comes in return")
    )
    stops_on = forms.DateField(
        label=pgettext_lazy("money asked for", "Until when, at the latest"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        today: date,
        data: Any = None,
        *,
        initial: dict[str, Any],
        currencies: Sequence[str] = (),
        refused: Approval | None = None,
        terms: bool = False,
    ) -> None:
        self.today, self.refused, self.terms = today, refused, terms
        super().__init__(data, label_suffix="", initial=initial)
        self.fields["kind"] = Chosen(
            words.POOLS,
            required=True,
            label=str(pgettext_lazy("money asked for", "From which pool")),
        )
        if currencies:
            self.fields["currency"] = forms.ChoiceField(
                choices=[(code, code) for code in currencies],
                required=False,
                label=str(pgettext_lazy("money asked for", "Currency")),
            )
        self.fields["reason"] = _text(
            required=refused is not None,
            label=str(
                pgettext_lazy("money asked for", "Why now, after it was refused")
                if refused
                else pgettext_lazy("money asked for", "Why")
            ),
        )
        self.order_fields(["amount", "currency", "kind", "in_return_for", "stops_on", "reason"])

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount == 0 and not self.terms:
            raise forms.ValidationError(_("Nothing can't be asked for: say how much."))
        return amount

    def clean_stops_on(self) -> date:
        on: date = self.cleaned_data["stops_on"]
        if on <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        if on - self.today > timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("This day is too far away to be true."))
        return on

    def clean_reason(self) -> str | None:
        said: str | None = self.cleaned_data["reason"]
        before = (self.refused.reason or "").split() if self.refused else None
        if before and (said or "").split() == before:
            raise forms.ValidationError(_("This was said before, and refused: what is new?"))
        return said


class ApproveForm(forms.Form):
    """How much is approved, at most what was asked for."""

    amount = _money(label=pgettext_lazy("money asked for", "How much is approved"))
    answer = _text(required=False, label=pgettext_lazy("money asked for", "A word on it"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, approval: Approval, data: Any = None) -> None:
        self.approval = approval
        first = {"amount": f"{approval.amount.normalize():f}", "seen": approval.version}
        super().__init__(data, label_suffix="", initial=first, auto_id=f"approve_{approval.pk}_%s")

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.approval.amount:
            raise forms.ValidationError(_("At most what was asked for can be approved."))
        if amount == 0 and self.approval.amount > 0:
            raise forms.ValidationError(_("Nothing is no approval: refuse it, with a reason."))
        return amount


class RefuseForm(forms.Form):
    """No, and why."""

    answer = _text(label=pgettext_lazy("money asked for", "Why not"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, approval: Approval, data: Any = None) -> None:
        super().__init__(
            data,
            label_suffix="",
            initial={"seen": approval.version},
            auto_id=f"refuse_{approval.pk}_%s",
        )
