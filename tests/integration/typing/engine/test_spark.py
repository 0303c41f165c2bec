"""Spark and DuckDB type the same population alike: the same rows, the same digest; a difference would be seen."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from services.typing.engine import spark_offline, spark_typing
from services.typing.engine.offline import FolderResult, checked_folder, delivered_feeds, type_folder
from services.typing.engine.snapshot import freeze
from services.typing.engine.spark_offline import AddressNotUsable, spark_engine, type_address
from services.typing.engine.spark_session import spark_session
from services.typing.engine.spark_typing import as_signed
from shared.feeds.sample.writing import write_sample
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.reader.loading import load_policy

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HOUSEHOLDS = 44_000
"""Three row groups of a snapshot."""
QUICK = {
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}
"""Much less to plan, to compile and to collect for Java, which lives shortly here."""
AS_OF = date(2026, 7, 15)
MINGLU = str(Path(sys.executable).with_name("minglu"))

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    write_sample(folder, region="4101", households=HOUSEHOLDS, seed=7, today=AS_OF)
    return folder


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator["SparkSession"]:
    """One Spark for all tests of this file: starting it takes half a minute. Its Java, 0.9 GB, ends with the file."""
    with spark_session("local[2]", QUICK) as session, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def kept(_master: str | None) -> Iterator["SparkSession"]:
            yield session

        patch.setattr(spark_offline, "spark_session", kept)
        yield session
    end_java()


def end_java() -> None:
    """A stopped session's Java stays until its parent, our worker process, ends."""
    from pyspark import SparkContext

    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    gateway.shutdown()
    gateway.proc.stdin.close()  # what it waits for
    gateway.proc.wait(60)


@pytest.fixture(scope="module")
def snapshot(feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The population, frozen."""
    folder = tmp_path_factory.mktemp("snapshot")
    checked = checked_folder(feeds, AS_OF, folder)
    with checked.con:
        freeze(checked.con, delivered_feeds(checked), AS_OF, folder / "snapshot.parquet")
    return folder / "snapshot.parquet"


def compiled() -> CompiledPolicy:
    return compile_policy(load_policy("zhengzhou-2025"), AS_OF)


def typed(feeds: Path, out: Path, *, spark: bool) -> FolderResult:
    engine = spark_engine(None) if spark else None
    return type_folder(feeds, compiled, out, today=AS_OF, digest=True, engine=engine)


def different(one: Path, other: Path) -> int:
    rows = duckdb.execute(
        "SELECT count(*) FROM (FROM read_parquet($one) EXCEPT ALL FROM read_parquet($other))",
        {"one": str(one), "other": str(other)},
    ).fetchall()
    return int(rows[0][0])


def test_the_same_rows_and_the_same_digest(feeds: Path, tmp_path: Path) -> None:
    duck, spark = tmp_path / "duck.parquet", tmp_path / "spark.parquet"
    on_one, on_many = typed(feeds, duck, spark=False), typed(feeds, spark, spark=True)
    assert on_many.households == on_one.households > 0.9 * HOUSEHOLDS
    assert on_many.totals == on_one.totals
    assert on_many.digest == on_one.digest
    assert different(duck, spark) == different(spark, duck) == 0


def test_another_statement_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: one condition turned round on its way to Spark."""
    right = spark_typing.spark_query
    monkeypatch.setattr(spark_typing, "spark_query", lambda policy: right(policy).replace("NOT seasonal", "seasonal"))
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    write_sample(fewer, region="410102", households=5_000, seed=8, today=AS_OF)
    duck, spark = typed(fewer, tmp_path / "a.parquet", spark=False), typed(fewer, tmp_path / "b.parquet", spark=True)
    assert spark.digest != duck.digest


def test_snapshots_at_an_address_are_typed_where_they_lie(feeds: Path, snapshot: Path, tmp_path: Path) -> None:
    out = f"file://{tmp_path}/out"
    result = type_address(f"file://{snapshot}", compiled, out, None)
    duck = tmp_path / "duck.parquet"
    typed(feeds, duck, spark=False)
    assert (result.snapshots, different(duck, tmp_path / "out" / "*.parquet")) == (1, 0)
    with pytest.raises(AddressNotUsable, match="已有内容"):
        type_address(f"file://{snapshot}", compiled, out, None)


def test_a_snapshot_of_another_day_or_none_at_all_is_refused(snapshot: Path, tmp_path: Path) -> None:
    later = compile_policy(load_policy("zhengzhou-2025"), date(2026, 8, 1))
    with pytest.raises(AddressNotUsable, match="判定日须与快照相同"):
        type_address(f"file://{snapshot}", lambda: later, f"file://{tmp_path}/x", None)
    with pytest.raises(AddressNotUsable, match="没有 Parquet 文件"):
        type_address(f"file://{tmp_path}/nothing", compiled, f"file://{tmp_path}/x", None)


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--engine", "flink"], "没有引擎 flink"), (["--master", "local[2]"], "只能与 --engine spark 一起使用")],
)
def test_wrong_options_are_named(feeds: Path, tmp_path: Path, options: list[str], said: str) -> None:
    command = [MINGLU, "type", "--policy", "zhengzhou-2025", "--as-of", "2026-07-15", "--feeds", str(feeds)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "o.parquet"), *options], capture_output=True, text=True, check=False
    )
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_mask_with_its_highest_bit_is_the_same_64_bits() -> None:
    assert as_signed(1 << 63) == -(2**63)
    assert as_signed((1 << 64) - 1) == -1
    assert as_signed(5) == 5
