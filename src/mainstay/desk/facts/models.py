"""A row from people as it is now, what waits to be handed to the store, and forms that came once.

Every version that a row ever had lies in the order store; the tables here can be made again from it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import choice, code, day, money, note, number


class Fact(models.Model):
    """One row of a table from people; its fields are the table's columns, by `columns.field_of`.

    TABLE: the table's name in files, store and API
    LISTED: the order in which all rows are listed, where no index has that of the model
    key: what names the row, see `rows.key_of`
    version: counts its changes; a form that was opened before the last one is told so
    recorded_by: empty where a file brought it
    """

    TABLE: ClassVar[str] = ""
    LISTED: ClassVar[tuple[Any, ...]] = ()

    key = models.CharField(max_length=32, unique=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Outgoing(models.Model):
    """A row that was written here and is not in the store yet; gone as soon as it is."""

    table = models.CharField(max_length=60)
    row = models.JSONField()
    withdrawn = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.table} {self.recorded_at:%Y-%m-%d %H:%M}"


class Once(models.Model):
    """A form that somebody sent: sent again, from a bad line or by a second tap, it changes nothing.

    wrote: the key of the first row that it added, to lead there whoever sends it again
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    once = models.CharField(max_length=64)
    wrote = models.CharField(max_length=32, default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "once"], name="form_once")]

    def __str__(self) -> str:
        return self.once


class Moved(models.Model):
    """A row that was about one code, and is about the account that this code is part of.

    key: of the row as it is now
    """

    table = models.CharField(max_length=60)
    key = models.CharField(max_length=32)
    from_id = models.CharField(db_index=True)
    into_id = models.CharField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["table", "key"], name="moved_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.from_id} → {self.into_id}"


class AccountFacts(Fact):
    """What is known of an account beside its orders."""

    TABLE = "accounts"

    account_id = code()
    name = models.TextField()
    segment = note()
    region = note()
    country = note()
    parent_id = note()
    group_id = note()
    tier = choice()
    since = day()
    currency = note()
    language = choice()
    tax_ids = note()
    former_supplier = note()
    referred_by = note()
    acquired_by = note()
    acquisition_cost = money()
    partnership = note()
    closed_on = day()
    closed_reason = note()
    replaced_by = note()

    def __str__(self) -> str:
        return self.name


class Wallet(Fact):
    TABLE = "wallets"

    account_id = code()
    on = day(required=True)
    yearly_purchases = money(required=True)
    category = note()
    low = money()
    high = money()
    source = models.TextField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class Product(Fact):
    TABLE = "products"

    product_id = code()
    name = note()
    category = note()
    brand = note()
    launched_on = day()
    discontinued_on = day()
    replaced_by = note()

    def __str__(self) -> str:
        return self.name or self.product_id


class UnitConversion(Fact):
    TABLE = "unit_conversions"

    product_id = code()
    unit = models.TextField()
    factor = number(required=True)
    pack = number()
    pallet = number()
    minimum_lot = number()

    def __str__(self) -> str:
        return f"{self.product_id} {self.unit}"


class CompanyEvent(Fact):
    """Something that happened to us, or to a part of the market that `scope` names."""

    TABLE = "company_events"

    event_id = code()
    on = day(required=True)
    kind = choice(required=True)
    scope = note()
    text = note()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Brought(models.Model):
    """An import of files whose rows are in the desk's tables."""

    import_id = models.CharField(primary_key=True, max_length=200)
    tables = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.import_id
