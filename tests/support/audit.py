"""Known holes in the pinned versions, by pip-audit; loud where its databases can't be asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).parents[2] / "constraints.txt"
HOLES, NOT_ASKED = 1, 0


def main() -> int:
    """Ask one database after the other; gives the exit code.

    pip-audit ends with 1 both for holes and where it could not ask; it says a hole on standard output alone.
    """
    for service in ("pypi", "osv"):
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps"]
        command += [
            "--disable-pip",
            "--vulnerability-service",
            service,
            "--progress-spinner",
            "off",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            print(f"No known hole in the pinned versions, by {service}.")
            return 0
        if done.stdout.strip():
            print(done.stdout)
            return HOLES
        print(f"{service}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    print("NOT AUDITED: no database of known holes could be asked.", file=sys.stderr)
    return NOT_ASKED


if __name__ == "__main__":
    sys.exit(main())
