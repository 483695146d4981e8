"""Other systems as sources: an ERP by its address, brought up to date table by table."""

from __future__ import annotations

from datetime import UTC, datetime

from mainstay.core.home import Home
from mainstay.core.texts import Text
from mainstay.engine.home import open_ledger
from mainstay.ledger.importing import Report
from mainstay.ledger.loading import Progress, silent
from mainstay.ledger.systems import Seen, load_brought

READING_SHARE = 0.6  # of the whole: what takes longest is the other system's answers
PASSWORD = "MAINSTAY_ERP_PASSWORD"  # noqa: S105


def is_system(place: str) -> bool:
    """Whether a place is the address of another system that brings several tables: tryton://…"""
    from mainstay.ledger.readers.tryton import is_tryton

    return is_tryton(place)


def import_system(
    home: Home,
    address: str,
    *,
    secret: str = "",
    whole: bool = False,
    assume_recorded: bool = False,
    progress: Progress = silent,
) -> list[Report]:
    """Bring in what another system has, or what changed there since the last time: a report a table.

    address: tryton://user@host:port/database; a password in it is used where `secret` is empty
    secret: the password; in no report, message or log
    whole: read everything anew, as the first time
    assume_recorded: people's tables count as known when what they say happened
    Raises: UnreadableFile (`SystemRefuses`) before anything is loaded; StoreError
    """
    from mainstay.ledger.readers.tryton import TrytonTables
    from mainstay.ledger.readers.tryton_rpc import Address, Tryton

    ledger = open_ledger(home)
    where = Address.of(address)
    name = " ".join(filter(None, ("tryton", where.database, where.company)))
    seen = Seen.load(ledger.folder, name)
    stand = {one.import_id for one in ledger.imports()}
    if whole or not stand.issuperset(seen.imports):
        seen.forget()

    def reading(what: Text, share: float) -> None:
        progress(what, READING_SHARE * share)

    def loading(what: Text, share: float) -> None:
        progress(what, READING_SHARE + (1 - READING_SHARE) * share)

    with Tryton(where, secret) as there:
        known = ledger.facts.known("accounts")["account_id"].to_pylist()
        brought = TrytonTables(there, seen, known).tables(reading)
    now = datetime.now(UTC)
    return load_brought(
        ledger, name, brought, seen, now=now, assume_recorded=assume_recorded, progress=loading
    )


def reach_system(address: str, secret: str, *, seconds: int) -> None:
    """Sign in at another system and leave again; nothing is read.

    seconds: within which each answer has to come
    Raises: UnreadableFile (`SystemRefuses`)
    """
    from mainstay.ledger.readers.tryton_rpc import Address, Tryton

    where = Address.of(address)
    with Tryton(where, secret, attempts=1, timeout_seconds=(seconds, seconds)):
        pass


def reach_database(address: str, secret: str, *, seconds: int) -> None:
    """Connect to a database on a server and leave again; nothing is read.

    Raises: UnreadableFile
    """
    from mainstay.ledger.readers.database import reach

    reach(address, secret or None, seconds=seconds)
