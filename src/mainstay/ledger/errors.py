"""What can go wrong in the order store, each with its own code."""

from __future__ import annotations

from mainstay.core.errors import MainstayError, NotFound, StoreError


class StoreChanged(StoreError):
    """Somebody else committed since the version that the caller looked at; start again from there."""

    code = "store_changed"


class AlreadyLoaded(StoreError):
    """The same file is in the store already; `data["import_id"]` names the import."""

    code = "already_loaded"


class StoreBroken(StoreError):
    """Files of the store are missing, changed or out of order."""

    code = "store_broken"


class UnknownImport(NotFound):
    """No import of that id is in the store."""

    code = "unknown_import"


class SparkFailed(MainstayError):
    """Spark can't be started or reached, or was lost in the middle."""

    code = "spark_failed"


class RecipeBroken(MainstayError):
    """A recipe that can't be read or does not fit its database; says where in its file."""

    code = "recipe_broken"
