"""What a restore has done in a process of its own: Django knows one database a process.

`python -m mainstay.desk.backup.settle known` says all migrations of this version; `… settle` brings the database
of MAINSTAY_HOME up to date, and ends what was under way when its backup was made.
"""

from __future__ import annotations

import sys

from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import serve


def main(what: str) -> None:
    if what == "known":
        serve.set_up()
        from django.db.migrations.loader import MigrationLoader

        for app, name in sorted(MigrationLoader(None).disk_migrations):
            print(app, name)
        return
    serve.open_database()
    end_jobs()


def end_jobs() -> None:
    """Work that waited or was under way is over: nobody wants it done a second time in silence."""
    from django.utils import timezone

    from mainstay.desk.jobs.models import Job, State

    text = Text(
        gettext_noop("A backup was restored in which this work was under way; ask for it again."),
        {},
    )
    for job in Job.objects.filter(state__in=(State.WAITING, State.RUNNING)):
        job.state, job.error, job.ended_at = State.FAILED, text.to_json(), timezone.now()
        job.arguments.pop("secrets", None)
        job.save(update_fields=["state", "error", "ended_at", "arguments"])


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except MainstayError as error:
        sys.exit(str(error))
