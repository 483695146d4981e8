"""What the worker's threads do again and again, and go on with whatever fails in a round of it.

While PostgreSQL is away every round of every thread fails: that is one line when it goes, and one when it is
back.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from types import TracebackType

from mainstay.desk.postgres import first_line, lost

log = logging.getLogger(__name__)


@dataclass
class Round:
    """One round, entered: an error in it is logged and goes no further; what: whose it is."""

    what: str
    failed: bool = False
    begun: float = 0.0

    def __enter__(self) -> Round:
        self.begun = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            _database.there(self.begun)
        elif isinstance(error, Exception):
            self.failed = True
            tell(log, error, "%s failed; it goes on", self.what)
        return isinstance(error, Exception)


def tell(whose: logging.Logger, error: BaseException, said: str, *data: object) -> None:
    """Log what failed, with its trace; of a database that is away nothing but that, once."""
    if lost(error):
        whose.debug(said, *data, exc_info=error)
        _database.gone(error)
    else:
        whose.error(said, *data, exc_info=error)


class _Database:
    """Whether it is away, as all threads of this process found."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.since: float | None = None

    def gone(self, error: BaseException) -> None:
        with self.lock:
            if self.since is None:
                log.error("the database does not answer; work waits for it: %s", first_line(error))
            self.since = time.monotonic()

    def there(self, begun: float) -> None:
        """A round went well; only one that began after the last failure says that it is back."""
        with self.lock:
            if self.since is not None and begun > self.since:
                log.warning("the database answers again; work goes on")
                self.since = None


_database = _Database()
