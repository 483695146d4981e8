"""The thread of the worker that sends webhooks; each endpoint has a thread of its own, so that a slow one
holds up no other."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from mainstay.desk import rounds

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
IMPORT_ROUNDS = 60  # rounds between two looks for imports
PROMISE_ROUNDS = 600
FORGET_ROUNDS = 3600
MOST_AT_ONCE = 16


class Courier(threading.Thread):
    """Looks once a second what there is to tell; a crash loses nothing, since it is in the database."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="webhooks", daemon=True)
        self.stop = stop
        self.busy: set[int] = set()
        self.rounds = 0

    def run(self) -> None:
        from mainstay.api.webhooks import sending
        from mainstay.api.webhooks.outbox import ImportWatch

        begun = False
        self.imports = ImportWatch(settings.HOME.store)
        self.pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="webhook")
        while not self.stop.wait(EVERY_SECONDS):
            close_old_connections()
            with rounds.Round("the round of webhooks"):
                if not begun:
                    sending.take_over(timezone.now())
                    begun = True
                self._round()
            self.rounds += 1
        self.pool.shutdown(cancel_futures=True)
        connections.close_all()

    def _round(self) -> None:
        from mainstay.api.webhooks import outbox, posting, sending

        now = timezone.now()
        if self.rounds % IMPORT_ROUNDS == 0:
            self.imports.look(now)
        if self.rounds % PROMISE_ROUNDS == 0:
            outbox.look_at_promises(timezone.localtime(now))
        if self.rounds % FORGET_ROUNDS == FORGET_ROUNDS - 1:
            posting.forget(now)
        posting.post(now)
        for endpoint_id in sending.due(now):
            if endpoint_id not in self.busy:
                self.busy.add(endpoint_id)
                self.pool.submit(self._send, endpoint_id)

    def _send(self, endpoint_id: int) -> None:
        """All that is due for one endpoint, one after the other."""
        from mainstay.api.webhooks import sending

        try:
            while not self.stop.is_set() and sending.send_next(endpoint_id, timezone.now):
                pass
        except Exception as error:  # noqa: BLE001 - the next round tries again
            rounds.tell(log, error, "sending to endpoint %s failed; it goes on", endpoint_id)
        finally:
            connections.close_all()
            self.busy.discard(endpoint_id)
