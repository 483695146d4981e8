"""What people type on the pages about accounts, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.accounts.evidence import Asked


class SaveViewForm(forms.Form):
    """A name for the list as it is now."""

    name = forms.CharField(label=pgettext_lazy("of a saved list", "Name"), max_length=100)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean_query(self) -> str:
        """Only the query string, without the page that one happens to be on."""
        query = QueryDict(self.cleaned_data["query"].lstrip("?"), mutable=True)
        query.pop("page", None)
        return query.urlencode()


class LinesForm(forms.Form):
    """Which order lines of an account: days, category and product."""

    from_ = forms.DateField(required=False, label=_("From"))
    to = forms.DateField(required=False, label=_("Until"))
    category = forms.CharField(required=False, max_length=500)
    product = forms.CharField(required=False, max_length=500)

    def __init__(self, data: Any) -> None:
        # `from` is a word of the language, so the field has another name than the address.
        plain = {name: data.get(name) for name in ("to", "category", "product")}
        super().__init__({"from_": data.get("from"), **plain})

    def asked(self) -> Asked:
        """What makes no sense in an address is left out."""
        self.is_valid()
        known = self.cleaned_data
        category, product = (known.get(name) or None for name in ("category", "product"))
        return Asked(known.get("from_"), known.get("to"), category, product)
