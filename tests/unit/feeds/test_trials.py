"""A bureau tries its file and its API before it delivers: `minglu feeds check FILE`, `--pull URL` and `feeds serve`."""

import csv
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shared.feeds.cli import feeds_app
from shared.feeds.pulling.server import PageServer, ServedFolder
from tests.unit.feeds.feed_folders import GOOD, write_csv


def check(*arguments: object) -> Result:
    return CliRunner().invoke(feeds_app, ["check", *map(str, arguments)])


@contextmanager
def served(directory: Path, token: str = "") -> Iterator[str]:
    with PageServer(ServedFolder.open(directory, token), 0) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            thread.join()


def test_a_file_is_checked_as_a_delivery_would_be(tmp_path: Path):
    write_csv(tmp_path / "tax.csv", [GOOD["tax"]])
    rejects = tmp_path / "rejects.csv"
    assert check(tmp_path / "tax.csv", "--rejects", rejects).exit_code == 0
    assert not rejects.exists()
    write_csv(tmp_path / "export.csv", [GOOD["tax"] | {"tax_paid": "1,000.00"}])
    found = check(tmp_path / "export.csv", "--feed", "tax", "--rejects", rejects)
    assert found.exit_code == 1
    assert str(rejects) in found.stdout
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["column"], row["code"]) == ("tax_paid", "not-a-number")
    assert "不带千分位" in row["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nothing.csv", "--feed", "tax"], 2, "没有这个文件"),
        (["nothing.csv", "--feed", "taxes"], 2, "没有“taxes”这类数据"),
        ([], 2, "请写明要检查的"),
        (["--pull", "https://bureau.invalid/contact"], 2, "分型服务"),
        (["--pull", "http://bureau.invalid/tax"], 3, "https"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(arguments: list[str], code: int, words: str):
    found = check(*arguments)
    assert (found.exit_code, words in found.stderr) == (code, True), found.stderr


def test_what_the_reference_server_serves_the_checker_takes(tmp_path: Path):
    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])
    write_csv(tmp_path / "tax.csv", [GOOD["tax"] | {"year": str(year), "taxPayed": "9"} for year in (2022, 2023, 2024)])
    with served(tmp_path, "word") as url:
        found = check("--pull", f"{url}/tax", "--token", "word", "--limit", 2, "--rejects", tmp_path / "rejects.csv")
        assert found.exit_code == 0, found.stderr
        assert "共 2 页" in found.stdout
        assert "不认识的名称已忽略：taxpayed" in found.stderr
        for wrong, words in ((f"{url}/tax", "401"), (f"{url}/penalty", "分型服务")):
            refused = check("--pull", wrong)
            assert refused.exit_code in (2, 3)
            assert words in refused.stderr


def test_an_api_with_wrong_rows_is_told_which(tmp_path: Path):
    write_csv(tmp_path / "tax.csv", [GOOD["tax"] | {"tax_paid": "-5"}])
    with served(tmp_path) as url:
        found = check("--pull", f"{url}/tax", "--rejects", tmp_path / "rejects.csv")
    assert found.exit_code == 1
    assert "不能小于0" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
