"""Frozen snapshots at an address (a path, s3a://bucket/…, any store that Spark's Hadoop client knows).

Everything goes through Spark's own client, so that what is configured for the cluster (endpoint, credentials) applies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Frozen:
    """A snapshot's file and what its footer says (see `snapshot`); both None in a Parquet file of another kind."""

    address: str
    as_of: date | None
    left_out: int | None


def is_address(place: str) -> bool:
    """Whether a place is named by an address rather than by a path of this machine."""
    return "://" in place


def address(place: str | Path) -> str:
    """A place as Spark names it; without a scheme a cluster would take a path for one of its own store."""
    return str(place) if is_address(str(place)) else f"file://{Path(place).resolve()}"


def frozen_at(session: "SparkSession", place: str) -> list[Frozen]:
    """The snapshots at an address: a file, a folder with all below it, or a pattern such as s3a://b/2026/*.parquet."""
    java, hadoop = session._jvm, _configuration(session)  # noqa: SLF001 - pyspark has no public door to Java
    frozen = []
    for path in _files(java, hadoop, address(place)):
        source = java.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(path, hadoop)
        reader = java.org.apache.parquet.hadoop.ParquetFileReader.open(source)
        about = reader.getFileMetaData().getKeyValueMetaData()
        reader.close()
        as_of, left_out = about.get("as_of"), about.get("left_out")
        frozen.append(
            Frozen(
                path.toString(),
                None if as_of is None else date.fromisoformat(as_of),
                None if left_out is None else int(left_out),
            )
        )
    return frozen


def exists(session: "SparkSession", place: str) -> bool:
    """Whether there is something at an address."""
    store, path = _store(session, place)
    return bool(store.exists(path))


def _files(java: Any, hadoop: Any, place: str) -> Iterator[Any]:  # noqa: ANN401 - objects of Java
    """Hadoop's paths of the Parquet files; a single file may have any name."""
    path = java.org.apache.hadoop.fs.Path(place)
    store = path.getFileSystem(hadoop)
    for found in store.globStatus(path) or ():
        if found.isFile():
            yield found.getPath()
            continue
        below = store.listFiles(found.getPath(), True)
        while below.hasNext():
            file = below.next().getPath()
            if file.getName().endswith(".parquet") and not file.getName().startswith((".", "_")):
                yield file


def _store(session: "SparkSession", place: str) -> tuple[Any, Any]:
    """The file system of an address, and its path there."""
    path = _path(session, address(place))
    return path.getFileSystem(_configuration(session)), path


def _path(session: "SparkSession", place: str) -> Any:  # noqa: ANN401 - an object of Java
    return session._jvm.org.apache.hadoop.fs.Path(place)  # noqa: SLF001 - see above


def _configuration(session: "SparkSession") -> Any:  # noqa: ANN401 - an object of Java
    return session.sparkContext._jsc.hadoopConfiguration()  # noqa: SLF001 - see above
