"""What can go wrong in the order store, each with its own code."""

from __future__ import annotations

from mainstay.core.errors import MainstayError, NotFound, StoreError
from mainstay.core.texts import gettext_noop


class StoreChanged(StoreError):
    """Somebody else committed since the version that the caller looked at; start again from there."""

    code = "store_changed"


class AlreadyLoaded(StoreError):
    """The same file is in the store already; `data["import_id"]` names the import."""

    code = "already_loaded"


class StoreBroken(StoreError):
    """Files of the store are missing, changed or out of order."""

    code = "store_broken"


class LogBroken(StoreBroken):
    """What says which files of the store count can't be read: only a backup mends it."""

    code = "store_log_broken"

    def __init__(self, file: str) -> None:
        super().__init__(
            gettext_noop(
                "The file “{file}” of the order store's log is missing or damaged, so nobody can know "
                "which order lines count. Bring everything back from a backup with “mainstay restore "
                "FILE --replace”; nothing was changed."
            ),
            file=file,
        )


class UnknownImport(NotFound):
    """No import of that id is in the store."""

    code = "unknown_import"


class SparkFailed(MainstayError):
    """Spark can't be started or reached, or was lost in the middle."""

    code = "spark_failed"


class RecipeBroken(MainstayError):
    """A recipe that can't be read or does not fit its database; says where in its file."""

    code = "recipe_broken"
