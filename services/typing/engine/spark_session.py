"""Spark where Java and PySpark are installed: the session, and the frozen snapshots at an address.

Settings are taken from where Spark looks for them (spark-defaults.conf in SPARK_CONF_DIR, PYSPARK_SUBMIT_ARGS,
MASTER, for stores the cloud's own variables such as AWS_ACCESS_KEY_ID), then from the caller; without a master Spark
uses all cores of this machine. Workers need nothing but Spark: no Python function is sent to them. What Java writes
to stderr goes to a file, which is kept only when Spark fails.

An address is a path, s3a://bucket/…, or any store that Spark's Hadoop client knows. All access goes through that
client, so that the cluster's configuration (endpoint, credentials) applies.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
OUR_SETTINGS = {"spark.app.name": "minglu", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


class SparkMissing(Exception):
    """PySpark or Java is not installed. The message is one Chinese sentence that says how to install it."""


class SparkFailed(Exception):
    """Spark failed. The message is one Chinese sentence with Spark's reason and the path of its log."""


def java_missing() -> str | None:
    """Why Spark's Java cannot be run here, or None. JAVA_HOME names another Java than the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(f"{home}/bin/java" if home else "java")
    advice = f"Spark 需要 Java {OLDEST_JAVA} 或更新的版本（Debian、Ubuntu 可执行 apt install openjdk-17-jre-headless）"
    if java is None:
        return f"没有安装 Java：{advice}"
    version_text = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - found by which
    version = re.search(r'version "(\d+)', version_text)
    if version is None or int(version[1]) < OLDEST_JAVA:
        return f"Java 的版本太旧：{advice}"
    return None


def spark_missing() -> str | None:
    """Why there is no Spark here, or None."""
    if find_spec("pyspark") is None:
        return "没有安装 Spark：请在项目目录执行 make spark，或执行 pip install 'minglu[spark]'"
    return java_missing()


@contextmanager
def spark_session(master: str | None = None, settings: Mapping[str, str] | None = None) -> Iterator["SparkSession"]:
    """A session for the block. Errors: SparkMissing; any failure of Spark inside the block becomes SparkFailed."""
    if reason := spark_missing():
        raise SparkMissing(reason)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    descriptor, name = tempfile.mkstemp(prefix="minglu-spark-", suffix=".log")
    log, session = Path(name), None
    try:
        with _stderr_to(descriptor):
            session = _start_session(master, settings or {})
        yield session
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(f"Spark 没有完成：{_failure_reason(error)}（日志 {log}）") from error
    else:
        log.unlink()
    finally:
        os.close(descriptor)
        if session is not None:
            session.stop()


def _start_session(master: str | None, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark.sql import SparkSession

    configuration = {**OUR_SETTINGS, **settings, **({"spark.master": master} if master else {})}
    return SparkSession.builder.config(map=dict(configuration)).getOrCreate()


@contextmanager
def _stderr_to(descriptor: int) -> Iterator[None]:
    """Processes that are started in the block write their stderr to a file; Java writes pages of notes to it."""
    sys.stderr.flush()
    ours = os.dup(2)
    os.dup2(descriptor, 2)
    try:
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)


def _failure_reason(error: Exception) -> str:
    """What Spark says in one line: of an error in Java its own message, not Python's wrapping."""
    lines = str(error).splitlines() or [type(error).__name__]
    if any("S3AFileSystem" in line for line in lines):
        return (
            "Spark 里没有读写 s3a:// 的程序，请在 spark-defaults.conf 里写 "
            "spark.jars.packages org.apache.hadoop:hadoop-aws:版本，版本与 Spark 的 hadoop-client-api 相同"
        )
    return next((line[2:] for line in lines if line.startswith(": ")), lines[0]).strip()


@dataclass(frozen=True)
class FrozenSnapshot:
    """A snapshot's file and what its footer says (see `snapshot`); both None in a Parquet file of another kind."""

    address: str
    as_of: date | None
    left_out: int | None


def is_address(place: str) -> bool:
    """Whether a place is named by an address rather than by a path of this machine."""
    return "://" in place


def spark_address(place: str | Path) -> str:
    """A place as Spark names it; without a scheme a cluster would take a path for one of its own store."""
    return str(place) if is_address(str(place)) else f"file://{Path(place).resolve()}"


def find_snapshots(session: "SparkSession", place: str) -> list[FrozenSnapshot]:
    """The snapshots at an address: a file, a folder with all below it, or a pattern such as s3a://b/2026/*.parquet."""
    java, hadoop = session._jvm, _hadoop_configuration(session)  # noqa: SLF001 - pyspark has no public door to Java
    frozen = []
    for path in _parquet_files(java, hadoop, spark_address(place)):
        source = java.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(path, hadoop)
        reader = java.org.apache.parquet.hadoop.ParquetFileReader.open(source)
        about = reader.getFileMetaData().getKeyValueMetaData()
        reader.close()
        as_of, left_out = about.get("as_of"), about.get("left_out")
        frozen.append(
            FrozenSnapshot(
                path.toString(),
                None if as_of is None else date.fromisoformat(as_of),
                None if left_out is None else int(left_out),
            )
        )
    return frozen


def exists_at(session: "SparkSession", place: str) -> bool:
    """Whether an address exists."""
    store, path = _file_system(session, place)
    return bool(store.exists(path))


def _parquet_files(java: Any, hadoop: Any, place: str) -> Iterator[Any]:  # noqa: ANN401 - objects of Java
    """Hadoop's paths of the Parquet files; a single file may have any name."""
    path = java.org.apache.hadoop.fs.Path(place)
    store = path.getFileSystem(hadoop)
    for status in store.globStatus(path) or ():
        if status.isFile():
            yield status.getPath()
            continue
        below = store.listFiles(status.getPath(), True)
        while below.hasNext():
            file = below.next().getPath()
            if file.getName().endswith(".parquet") and not file.getName().startswith((".", "_")):
                yield file


def _file_system(session: "SparkSession", place: str) -> tuple[Any, Any]:
    """The file system of an address, and its path there."""
    path = _hadoop_path(session, spark_address(place))
    return path.getFileSystem(_hadoop_configuration(session)), path


def _hadoop_path(session: "SparkSession", place: str) -> Any:  # noqa: ANN401 - an object of Java
    return session._jvm.org.apache.hadoop.fs.Path(place)  # noqa: SLF001 - see above


def _hadoop_configuration(session: "SparkSession") -> Any:  # noqa: ANN401 - an object of Java
    return session.sparkContext._jsc.hadoopConfiguration()  # noqa: SLF001 - see above
