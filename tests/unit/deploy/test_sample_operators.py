"""Pseudonyms of the sample's operators: of a household whose operator is not known there is none."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from deploy.local.data_directory import DataDirectory
from deploy.local.sample_applicants import operator_pseudonyms


def test_a_household_without_a_known_operator_is_left_out(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.prepare()
    data.sample.mkdir()
    pq.write_table(
        pa.table({"uscc": ["A", "B"], "operator_id": ["made-up-1", None]}), data.sample / "registration.parquet"
    )
    assert list(operator_pseudonyms(data, ["B", "A", "C"])) == ["A"]
