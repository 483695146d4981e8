"""What an assistant proposes to write, until a person has agreed to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """A visit as an assistant would write it down; written when its code comes back, once.

    values: what the assistant gave; emptied as soon as it is written
    written: [table, key] of each row that came of it
    """

    code = models.CharField(max_length=32, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account_id = models.CharField()
    values = models.JSONField()
    written = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.code
