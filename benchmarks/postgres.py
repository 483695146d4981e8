"""A PostgreSQL server for one run, from the system's binaries, on a socket in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Cluster:
    """A running server with its own settings, as installed; it refuses to run as root."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.user = None
        if os.geteuid() == 0:
            known = {person.pw_name for person in pwd.getpwall()}
            self.user = next(name for name in ("postgres", "nobody") if name in known)
            person = pwd.getpwnam(self.user)
            os.chown(folder, person.pw_uid, person.pw_gid)
        self.data = str(folder / "data")
        self._run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        options = f"-c listen_addresses= -c unix_socket_directories={folder}"
        self._run(
            "pg_ctl", "-D", self.data, "-l", str(folder / "log"), "-o", options, "-w", "start"
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", "--clear-groups", "--", *command]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    @classmethod
    @contextmanager
    def where(cls, wanted: bool) -> Iterator[Cluster | None]:
        """A running server, if it is wanted and the system has one; else None, and a line that says so."""
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        found = str(versions[-1]) if versions else shutil.which("initdb")
        if not wanted or not found:
            if wanted:
                print("NOT MEASURED: PostgreSQL is missing on this machine", file=sys.stderr)
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
            cluster = cls(Path(found).parent, Path(folder))
            try:
                yield cluster
            finally:
                cluster._run("pg_ctl", "-D", cluster.data, "-m", "immediate", "stop")
