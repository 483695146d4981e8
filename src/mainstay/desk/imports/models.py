"""Files that somebody brought, until they are loaded."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone


class Upload(models.Model):
    """Files that belong to one import, on their way into the ledger.

    id: random; also the name of their folder in Home.uploads
    files: [{"name": as the user calls it, "path": below the folder, "bytes": …}]
    options: what the user said of all of them: `table`, `sheet`, `encoding`, `delimiter`
    proposal: how they would be read (`engine.propose`), with what the user corrected
    job: what the worker does or did with them last: read them, or load them
    """

    id = models.CharField(primary_key=True, max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(default=timezone.now)
    files = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    proposal = models.JSONField(null=True)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return ", ".join(str(file["name"]) for file in self.files)

    @property
    def folder(self) -> Path:
        return Path(settings.HOME.uploads) / self.id

    @property
    def paths(self) -> list[str]:
        return [str(self.folder / file["path"]) for file in self.files]

    @property
    def table(self) -> str:
        return str(self.options.get("table") or "order_lines")

    @property
    def is_there(self) -> bool:
        """Whether its files still are: they go once they are loaded, and after some days."""
        return bool(self.files) and all(Path(path).is_file() for path in self.paths)
