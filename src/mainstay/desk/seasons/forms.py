"""Forms of season stock: what to foretell, what was agreed, who confirmed what."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay import engine
from mainstay.desk.accounts import words as account_words
from mainstay.desk.facts.forms import LONGEST, Chosen, Line
from mainstay.desk.facts.words import CHOICES
from mainstay.desk.seasons.models import SeasonFollow
from mainstay.desk.seasons.queries import Cell, Product

MOST_MONTHS = 12
LITTLE = 0.0005  # quantities are shown with three decimals
MOST = 1e12
SERVICES = {"0.9": "90%", "0.95": "95%", "0.98": "98%", "0.99": "99%"}
_NOT_NEGATIVE = gettext_lazy("A quantity is 0 or more.")


def _quantity(**options: Any) -> forms.FloatField:
    return forms.FloatField(
        min_value=0,
        max_value=MOST,
        error_messages={"min_value": _NOT_NEGATIVE},
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        **options,
    )


class SeasonForm(forms.Form):
    """Which months, how sure, how long production takes; and what they have in stock, by product.

    months: that can be asked for; products: of the forecast before, whose stock is asked
    """

    first = forms.TypedChoiceField(label=pgettext_lazy("season", "From"), coerce=date.fromisoformat)
    months = forms.TypedChoiceField(
        label=pgettext_lazy("season", "Months"),
        choices=[(str(n), str(n)) for n in range(1, MOST_MONTHS + 1)],
        coerce=int,
        initial="3",
    )
    service = forms.TypedChoiceField(
        label=pgettext_lazy("season", "Months in which nothing may be missing"),
        choices=list(SERVICES.items()),
        coerce=float,
        initial="0.95",
    )
    production_days = forms.IntegerField(
        label=pgettext_lazy("season", "Days that production takes"),
        min_value=0,
        max_value=730,
        initial=30,
    )

    def __init__(
        self,
        months: Sequence[date],
        products: Sequence[Product] = (),
        data: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(data, label_suffix="", **options)
        self.last = months[-1]
        first: Any = self.fields["first"]
        first.choices = [(str(on), account_words.month(on)) for on in months]
        self.products = products
        for product in products:
            field = _quantity(required=False, label=product.name or product.product_id or "")
            field.initial = product.opening
            self.fields[product.field] = field

    @property
    def stocks(self) -> list[tuple[Product, Any]]:
        return [(product, self[product.field]) for product in self.products]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("months"):
            said["last"] = _later(said["first"], said["months"] - 1)
            if said["last"] > self.last:
                raise forms.ValidationError(
                    _(
                        "{month} is the last month that can be foretold: choose fewer months."
                    ).format(month=account_words.month(self.last))
                )
        return said

    @property
    def opening(self) -> dict[str, tuple[float, str | None]]:
        return {
            product.product_id: (self.cleaned_data[product.field], None)
            for product in self.products
            if product.product_id and self.cleaned_data.get(product.field) is not None
        }


def _later(on: date, months: int) -> date:
    place = on.year * 12 + on.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


@dataclass
class Input:
    """One field of the plan, drawn by the template itself: a page has hundreds of them.

    value: as it was typed, else as planned; error: in one sentence
    """

    cell: Cell
    label: str
    value: str
    error: str = ""


class AgreeForm(forms.Form):
    """What was agreed: a quantity for each product and month; what is left empty stands as planned."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    season_id = forms.CharField(widget=forms.HiddenInput, max_length=60)
    agreed_by = Line(
        label=pgettext_lazy("season", "Agreed with"),
        error_messages={"required": gettext_lazy("Say with whom it was agreed.")},
    )

    def __init__(self, products: Sequence[Product], data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)
        self.fields["once"].initial = secrets.token_urlsafe(16)
        self.quantities: dict[str, float] = {}
        self.rows = [
            (product, [self._input(product, cell) for cell in product.cells])
            for product in products
        ]

    def _input(self, product: Product, cell: Cell) -> Input:
        label = f"{product.name or product.product_id}, {account_words.month(cell.row['month'])}"
        planned = _short(cell.row["delivery"])
        return Input(cell, label, self.data.get(cell.key, planned) if self.is_bound else planned)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        field, wrong = _quantity(required=False), False
        for product, inputs in self.rows:
            for one in inputs:
                try:
                    quantity = field.clean(one.value)
                    _check_lots(product, one, quantity)
                except forms.ValidationError as error:
                    one.error, wrong = " ".join(error.messages), True
                    continue
                if quantity is not None:
                    self.quantities[one.cell.key] = quantity
        if wrong:
            raise forms.ValidationError(_("A quantity can't be so; look below."))
        return said


def _check_lots(product: Product, one: Input, quantity: float | None) -> None:
    """Raises: ValidationError for what is not sent so: a part of a pack, or less than is sent at all"""
    if not quantity or abs(quantity - one.cell.row["delivery"]) < LITTLE:
        return
    lots = product.lots
    step, least = lots.pack or 1.0, lots.minimum or 0.0
    packs = round(quantity / step)
    if packs and abs(quantity - packs * step) < LITTLE and quantity >= least - LITTLE:
        return
    lower = math.floor(quantity / step) * step
    raise forms.ValidationError(
        _("Only whole packs are delivered: write {lower} or {higher}.").format(
            lower=_short(lower if lower >= least - LITTLE else 0.0),
            higher=_short(engine.in_lots(quantity, lots)),
        )
    )


def _short(value: float) -> str:
    """Without the zeros after the point."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


class ConfirmForm(forms.Form):
    """Who confirmed how much of which product by when."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    quantity = _quantity(label=pgettext_lazy("season", "Quantity"))
    ready_on = forms.DateField(
        label=pgettext_lazy("season", "Ready by"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    confirmed_by = Line(label=pgettext_lazy("season", "Who said it"), required=False)
    note = Line(
        label=pgettext_lazy("season", "Note"),
        required=False,
        longest=LONGEST,
        widget=forms.TextInput(attrs={"maxlength": LONGEST}),
    )

    def __init__(self, rows: Sequence[SeasonFollow], data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="confirm_%s")
        self.rows = {str(row.pk): row for row in rows}
        self.fields["once"].initial = secrets.token_urlsafe(16)
        names = {
            key: " · ".join(part for part in (row.product_id or row.category, row.name) if part)
            for key, row in self.rows.items()
        }
        self.fields["what"] = Chosen(
            names, required=True, label=str(pgettext_lazy("season", "What"))
        )
        self.fields["by_role"] = Chosen(
            CHOICES["confirmations", "by_role"],
            required=True,
            label=str(pgettext_lazy("season", "Department")),
        )
        self.order_fields(["what", "by_role", "quantity", "ready_on", "confirmed_by", "note"])

    @property
    def said(self) -> dict[str, Any]:
        """The row's own columns."""
        row = self.rows[str(self.cleaned_data["what"])]
        names = ("by_role", "quantity", "ready_on", "confirmed_by", "note")
        return {name: self.cleaned_data[name] for name in names} | {
            name: getattr(row, name) for name in ("plan_id", "product_id", "category", "unit")
        }
