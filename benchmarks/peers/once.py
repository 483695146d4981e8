"""One task of one peer, once, in this process: `once.py PEER TASK DATA [OUT.npz]`; prints JSON.

A peer's script bears `TASKS`: each takes the arrays of DATA.npz, or the path of another file, brings them
into the form that its library likes best, loads, compiles and warms up what it can, untimed, and gives the
work, which is timed. What the work gives: arrays go to OUT.npz, all else to the JSON, beside
cpu, wall: seconds of the work, CPU of all its threads together
peak_mb: the most memory that the process held, with its libraries and the data
versions: of the libraries that the script names in `LIBRARIES`
"""

import importlib.metadata
import importlib.util
import json
import sys
import time
from pathlib import Path

# Scripts bear their libraries' names; this folder must not hide those.
sys.path.pop(0)

import numpy as np

HERE = Path(__file__).parent


def peak_mb():
    """Of this process. (ru_maxrss would count its parent's too.)"""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024)
    return None


def main(peer, task, data, out=None):
    spec = importlib.util.spec_from_file_location(f"peer_{peer}", HERE / f"{peer}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    given = dict(np.load(data)) if data.endswith(".npz") else Path(data)
    work = script.TASKS[task](given)
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = peak_mb()
    if out:
        np.savez(out, **{k: v for k, v in found.items() if isinstance(v, np.ndarray)})
    told = {k: v for k, v in found.items() if not isinstance(v, np.ndarray)}
    versions = {name: importlib.metadata.version(name) for name in script.LIBRARIES}
    print(json.dumps({"cpu": cpu, "wall": wall, "peak_mb": peak, "versions": versions, **told}))


main(*sys.argv[1:])
