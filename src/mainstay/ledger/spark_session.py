"""The Spark session: one a process, and one sentence where there can be none.

`MAINSTAY_ENGINE=spark`: the master that `SPARK_MASTER`, spark-submit or spark-defaults.conf name,
else all cores of this machine. `MAINSTAY_ENGINE=sc://host:port`: a Spark Connect server.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import engines
from mainstay.ledger.errors import SparkFailed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA, MAJOR = 17, 4
CONNECT_PORT = 15002
PATIENCE_SECONDS = 10.0
_TAIL = 16 << 10  # bytes
_OF_LOG = re.compile(r'(?:Exception in thread "[^"]*" | ERROR [\w$.]+: )(.+)')
RETRIES = 5  # of one request, waiting longer each time: some 20 seconds; Spark's own wait takes 10 minutes
# In plain local[*] a task that fails once fails the job; with 4 a killed worker is made up for.
HERE = "local[*,4]"
# Here Java only passes rows on: compiling its own code twice over costs more than it saves.
_LIGHT_JAVA = "-XX:TieredStopAtLevel=1"
_OURS = {
    "spark.driver.maxResultSize": "0",  # what comes back is ours to hold, as on one machine
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


def session() -> SparkSession:
    """The session that MAINSTAY_ENGINE asks for; started when first asked for.

    Raises: SparkFailed
    """
    _needs_pyspark()
    engine = engines.chosen()
    warnings.filterwarnings("ignore", module=r"pyspark\.")  # its other threads' too, and to the end
    with told():
        if engine.startswith(engines.CONNECT):
            return _connected(engine)
        return _started()


def needed() -> None:
    """Look whether what MAINSTAY_ENGINE asks for is installed on this machine; nothing is started.

    Raises: InvalidSetting for what it can't be, SparkFailed
    """
    engine = engines.chosen()
    if engine == engines.LOCAL:
        return
    _needs_pyspark()
    if engine == engines.SPARK:
        _needs_java()


def is_remote(spark: Any) -> bool:
    """Whether it is a session of Spark Connect."""
    return "connect" in type(spark).__module__


@contextmanager
def told() -> Iterator[None]:
    """Within it, whatever Spark raises comes out as one sentence.

    Raises: SparkFailed
    """
    try:
        with warnings.catch_warnings():
            # Of pandas' version, which nothing here uses.
            warnings.simplefilter("ignore")
            yield
    except MainstayError:
        raise
    except Exception as error:
        if not _is_sparks(error):
            raise
        _forget(error)
        raise _sentence(error) from error


def _is_sparks(error: Exception) -> bool:
    """Whether it comes from Spark, py4j or gRPC, or is a connection that broke."""
    of = type(error).__module__.split(".")[0]
    return of in ("pyspark", "py4j", "grpc") or isinstance(error, OSError | EOFError)


def _sentence(error: Exception) -> SparkFailed:
    if "No module named 'mainstay'" in str(error):
        return SparkFailed(
            gettext_noop(
                "Spark's workers have no Mainstay: install the same version, with the same Python, on "
                "each of them, and name that Python in PYSPARK_PYTHON. Nothing was changed."
            )
        )
    return SparkFailed(
        gettext_noop(
            "Spark ({named}) could not be started, or was lost before it was done: {why}. Nothing was "
            "changed; look after the cluster and do it again, or without MAINSTAY_ENGINE on this machine "
            "alone."
        ),
        named=engines.named(),
        why=why(error),
    )


def why(error: Exception) -> str:
    """The line of an error that says most, without Java's names."""
    text = str(error)
    if said_by := re.search(r'^\s*details = "(.+)"', text, re.MULTILINE):  # gRPC's own word for it
        text = said_by[1]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    caused = [line for line in lines if re.match(r"(Caused by: )?[\w.$]+(Exception|Error): ", line)]
    if not caused and re.search(r"JAVA_GATEWAY_EXITED|An error occurred while calling", text):
        caused = _OF_LOG.findall(_java_said())
    said = (caused or lines or [type(error).__name__])[-1 if caused else 0]
    said = re.sub(r"^(Caused by: )?([\w$]+\.)+[\w$]+: ", "", said)
    return re.sub(r"(token|password|secret)=[^;&\s]+", r"\1=…", said)[:200].rstrip(".")


def _needs_pyspark() -> None:
    try:
        import pyspark
    except ImportError:
        raise SparkFailed(
            gettext_noop(
                "Spark is not installed here; install it with: pip install 'mainstay[spark]'"
            )
        ) from None
    _needs_version(pyspark.__version__)


def _needs_version(version: str) -> None:
    if int(version.split(".")[0]) != MAJOR:
        raise SparkFailed(
            gettext_noop("Mainstay works with Spark {wanted}, and this is Spark {version}."),
            wanted=MAJOR,
            version=version,
        )


def _connected(address: str) -> SparkSession:
    place = urlsplit(address)
    if error := _unanswered(place.hostname or "", place.port or CONNECT_PORT):
        raise _no_connect(error.strerror or str(error)) from error
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy

    _wait_for_grpc(address)
    spark = SparkSession.builder.remote(address).getOrCreate()
    spark.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES)])
    _needs_version(spark.version)
    return spark


def _unanswered(host: str, port: int) -> OSError | None:
    """Why nobody takes a connection there; None where somebody does."""
    try:
        socket.create_connection((host, port), PATIENCE_SECONDS).close()
    except OSError as error:
        return error
    return None


def _wait_for_grpc(address: str) -> None:
    """What takes a connection may not be a server that speaks gRPC, for which Spark waits over a minute.

    Raises: SparkFailed
    """
    import grpc
    from pyspark.sql.connect.client.core import DefaultChannelBuilder

    with DefaultChannelBuilder(address).toChannel() as channel:
        try:
            grpc.channel_ready_future(channel).result(PATIENCE_SECONDS)
        except grpc.FutureTimeoutError as error:
            raise _no_connect(os.strerror(errno.ETIMEDOUT)) from error


def _no_connect(reason: str) -> SparkFailed:
    return SparkFailed(
        gettext_noop(
            "No Spark Connect server answers at {named}: {why}. Start it, or name another there; "
            "nothing was changed."
        ),
        named=engines.named(),
        why=reason,
    )


def _started() -> SparkSession:
    from pyspark.conf import SparkConf
    from pyspark.core.context import SparkContext
    from pyspark.sql import SparkSession

    if (found := SparkSession.getActiveSession()) is not None:
        return found
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # else spark-submit has started all
        _needs_java()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        conf = SparkConf().setAppName("Mainstay").setAll(list(_OURS.items()))
        master = engines.master() or (None if _has_master() else HERE)
        if master:
            _needs_answer(master)
            conf.setMaster(master)
        if master and master.startswith("local["):
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            conf.set("spark.ui.enabled", "false")
            conf.set("spark.driver.defaultJavaOptions", _LIGHT_JAVA)
        if SparkContext._active_spark_context is None:
            SparkContext(conf=conf, gateway=_java(conf))
    return SparkSession.builder.appName("Mainstay").getOrCreate()


def _needs_answer(master: str) -> None:
    """Spark itself waits over a minute for a master of its own kind that is not there.

    Raises: SparkFailed
    """
    if not master.startswith("spark://"):
        return
    places = [one.rpartition(":") for one in master.removeprefix("spark://").split(",")]
    found = [_unanswered(host.strip("[]"), int(port)) for host, _, port in places]
    errors = [error for error in found if error is not None]
    if len(errors) < len(places):
        return
    error = errors[0]
    raise SparkFailed(
        gettext_noop(
            "No Spark master answers at {named}: {why}. Start it, or name another there; nothing was "
            "changed."
        ),
        named=engines.named(),
        why=error.strerror or str(error),
    ) from error


def _java(conf: Any) -> Any:
    """Java for a session, if there is none in this process yet; what it says goes into a file, and not among ours."""
    from pyspark.core.context import SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None:
        return None
    return launch_gateway(conf, {"stderr": _java_log()})


@cache
def _java_log() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _java_said() -> str:
    """What Java wrote last."""
    log = _java_log()
    size = os.fstat(log.fileno()).st_size
    return os.pread(log.fileno(), _TAIL, max(0, size - _TAIL)).decode(errors="replace")


def _has_master() -> bool:
    """Whether Spark's own settings name a master."""
    if "--master" in os.environ.get("PYSPARK_SUBMIT_ARGS", ""):
        return True
    home = os.environ.get("SPARK_HOME")
    folder = os.environ.get("SPARK_CONF_DIR") or (home and str(Path(home, "conf")))
    try:
        text = Path(folder or "", "spark-defaults.conf").read_text(encoding="utf-8")
    except OSError:
        return False
    return bool(re.search(r"^\s*spark\.master[\s=]", text, re.MULTILINE))


def _needs_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    version = _java_version(java) if java else None
    if version is None:
        raise SparkFailed(
            gettext_noop(
                "Spark needs Java {least} or newer, and there is none here: install it, or say in "
                "JAVA_HOME where it is."
            ),
            least=LEAST_JAVA,
        )
    if version < LEAST_JAVA:
        raise SparkFailed(
            gettext_noop(
                "Spark needs Java {least} or newer, and {java} is Java {version}: say in JAVA_HOME where "
                "a newer one is."
            ),
            least=LEAST_JAVA,
            java=java,
            version=version,
        )


def _java_version(java: str) -> int | None:
    """Its main number: 17 of “17.0.15”, 8 of “1.8.0_412”."""
    try:
        said = subprocess.run(  # noqa: S603 - what JAVA_HOME or PATH name
            [java, "-version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else None


def _forget(error: Exception) -> None:
    """Let go of a session that is lost, so that the next one is started anew."""
    from pyspark.sql import SparkSession

    with suppress(Exception):
        spark: Any = SparkSession.getActiveSession()
        if spark is None:
            return
        if is_remote(spark):
            if type(error).__module__.startswith("grpc"):
                _leave(spark)
        elif _is_lost(spark):
            spark.stop()


def _leave(spark: Any) -> None:
    """Else the end of the process waits as long again for a server that is gone."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    spark.release_session_on_close = False
    spark.client.set_retry_policies([DefaultPolicy(max_retries=0)])
    spark.stop()


def _is_lost(spark: Any) -> bool:
    try:
        return bool(spark.sparkContext._jsc.sc().isStopped())
    except Exception:  # noqa: BLE001 - not even Java answers
        return True
