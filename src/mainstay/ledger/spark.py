"""`map_accounts` on Spark: a task a bucket, no shuffle.

Each task reads its bucket's files itself and calls the same function as a thread does on one
machine; only what the kernel made travels, pickled, in rows `bucket, part, data`. So files,
Mainstay and Python must be on the workers as they are here.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.core.version import __version__
from mainstay.ledger.errors import SparkFailed
from mainstay.ledger.spark_session import is_remote, session, told
from mainstay.ledger.state import State

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from mainstay.ledger.executor import Made, Pass, Progress

T = TypeVar("T")
Batches = Iterator[pa.RecordBatch]

PART_BYTES = 16 << 20  # of one row; Spark Connect takes messages of up to 128 MB
# Less than half as many bytes go through Java, whose copies cost more than packing does.
_CODEC = "lz4"
_ANSWER = "bucket long, part long, size long, data binary"
_LOOK_SECONDS = 0.2


def run(work: Pass[T], progress: Progress | None) -> list[Made[T]]:
    """What came of each bucket, in order.

    Raises: SparkFailed; and what a kernel raises
    """
    n = len(work.buckets)
    if not n:
        return []
    spark = session()
    with told():
        frame = spark.range(0, n, 1, n).mapInArrow(_on_worker(_packed(work)), _ANSWER)
        rows = _collected(spark, frame, n, progress)
    return _unpacked(rows, n)


def answers(version: str, packed: bytes, batches: Batches) -> Batches:
    """On a worker: what comes of each bucket whose number comes in, as rows of `_ANSWER`.

    What would go wrong every time travels back as a value. What may go better elsewhere (a disk, a
    memory) is raised, and Spark tries the task again.
    """
    if version != __version__:
        message = f"This worker has Mainstay {__version__}, and {version} asks"
        raise RuntimeError(message)
    work: Pass[Any] = pickle.loads(packed)  # noqa: S301 - from our own driver
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from _rows(number, _made(work, number))


def _made(work: Pass[Any], number: int) -> bytes:
    found: object
    try:
        found = work(number)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        found = error
        if isinstance(error, MainstayError):
            found = (type(error), error.text.template, error.text.data)
    return pickle.dumps(found, protocol=5)


def _rows(number: int, data: bytes) -> Batches:
    for part, start in enumerate(range(0, len(data), PART_BYTES)):
        piece = memoryview(data)[start : start + PART_BYTES]
        packed = pa.compress(piece, _CODEC, asbytes=True)
        row = {"bucket": [number], "part": [part], "size": [len(piece)], "data": [packed]}
        yield pa.RecordBatch.from_pydict(row)


def _packed(work: Pass[Any]) -> bytes:
    """The pass with what its function closes over; without the list of all files, which it has by bucket."""
    from pyspark import cloudpickle

    snapshot = replace(work.snapshot, files=(), state=State())
    packed: bytes = cloudpickle.dumps(replace(work, snapshot=snapshot))
    return packed


def _on_worker(packed: bytes) -> Callable[[Batches], Batches]:
    version = __version__

    def on_worker(batches: Batches) -> Batches:
        # Pickled whole, so that a worker without Mainstay says so.
        from mainstay.ledger.spark import answers

        return answers(version, packed, batches)

    return on_worker


def _collected(
    spark: SparkSession, frame: DataFrame, n: int, progress: Progress | None
) -> pa.Table:
    """The rows, with progress told in the caller's thread."""
    if progress is None:
        return frame.toArrow()
    progress(0, n)
    rows = (
        _remotely(spark, frame, n, progress)
        if is_remote(spark)
        else _here(spark, frame, n, progress)
    )
    progress(n, n)
    return rows


def _here(spark: SparkSession, frame: DataFrame, n: int, progress: Progress) -> pa.Table:
    tracker, done = spark.sparkContext.statusTracker(), 0
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(frame.toArrow)
        while wait([future], _LOOK_SECONDS).not_done:
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            done = max(done, sum(s.numCompletedTasks for s in stages if s))
            progress(min(done, n), n)
        return future.result()


def _remotely(spark: Any, frame: DataFrame, n: int, progress: Progress) -> pa.Table:
    def shown(stages: Any, **_more: Any) -> None:
        progress(min(sum(s.num_completed_tasks for s in stages or ()), n), n)

    spark.registerProgressHandler(shown)
    try:
        return frame.toArrow()
    finally:
        spark.removeProgressHandler(shown)


def _unpacked(rows: pa.Table, n: int) -> list[Made[Any]]:
    """Raises: what a kernel raised, of the first bucket in which one did"""
    places = zip(*(rows[name].to_pylist() for name in ("bucket", "part", "size")), strict=True)
    data: list[list[bytes]] = [[] for _ in range(n)]
    # The data themselves are not sorted: they may be more than one array can hold.
    for (number, _, size), row in sorted(zip(places, range(rows.num_rows), strict=True)):
        packed = rows["data"][row].as_buffer()
        data[number].append(pa.decompress(packed, size, _CODEC, asbytes=True))
    if not all(data):
        raise SparkFailed(
            gettext_noop(
                "Spark lost {missing} of {all} parts of the work. Nothing was changed; do it again."
            ),
            missing=sum(not pieces for pieces in data),
            all=n,
        )
    found = []
    for pieces in data:
        one = pickle.loads(pieces[0] if len(pieces) == 1 else b"".join(pieces))  # noqa: S301 - our own
        if isinstance(one, Exception):
            raise one
        if isinstance(one, tuple):
            kind, template, said = one
            raise kind(template, **said)
        found.append(one)
    return found
