"""The thread of the worker that sends digests: a mail server that is slow must hold up no import."""

from __future__ import annotations

import threading

from django.db import close_old_connections, connections
from django.utils import timezone

from mainstay.desk.rounds import Round

EVERY_SECONDS = 60.0


class Postman(threading.Thread):
    """Looks once a minute what is due; a crash loses nothing, since what is due is in the database."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="digests", daemon=True)
        self.stop = stop

    def run(self) -> None:
        from mainstay.desk.digests import sending
        from mainstay.desk.nightly.queries import holds_digests

        while not self.stop.wait(EVERY_SECONDS):
            close_old_connections()
            with Round("the round of digests"):
                if holds_digests(timezone.now()):
                    continue  # its last step sends them, with the new figures
                sending.run(timezone.localtime(), pause=self._pause)
        connections.close_all()

    def _pause(self, seconds: float) -> None:
        self.stop.wait(seconds)
