"""`minglu calendar`: checks a file, records it in every service's database, says what is known; clear exit codes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.cli import run
from tests.fixtures.holidays import SCHEDULE_2027
from tests.fixtures.postgres import fetch

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    file = tmp_path / "2027.yaml"
    file.write_text(SCHEDULE_2027, encoding="utf-8")
    return file


@pytest.fixture
def two_services(make_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two services' databases, named by the environment."""
    urls = {name: make_database(f"services.{name}") for name in ("recognition", "objection")}
    for name, url in urls.items():
        monkeypatch.setenv(f"MINGLU_{name.upper()}_DATABASE_URL", url)
    return urls


def test_a_file_is_checked_without_a_database(schedule: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["calendar", "check", str(schedule)]) == 0
    assert "2027 年（国办发明电〔2026〕7号，2026-11-04 发布）：放假的工作日" in capsys.readouterr().out


def test_a_faulty_or_missing_file_is_wrong_usage(tmp_path: Path, schedule: Path, capsys: pytest.CaptureFixture[str]):
    schedule.write_text(SCHEDULE_2027.replace("2027-02-20", "2027-02-22"), encoding="utf-8")
    assert run(["calendar", "check", str(schedule)]) == 2
    assert "2027-02-22 是星期一，本来就上班" in capsys.readouterr().err
    assert run(["calendar", "import", str(tmp_path / "none.yaml")]) == 2
    schedule.write_bytes(b"\xff\xfe")
    assert run(["calendar", "check", str(schedule)]) == 2
    assert "不是 UTF-8 编码" in capsys.readouterr().err


def test_without_a_service_there_is_nothing_to_record_in(
    schedule: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("TYPING", "RECOGNITION", "OBJECTION"):
        monkeypatch.delenv(f"MINGLU_{name}_DATABASE_URL", raising=False)
    assert run(["calendar", "import", str(schedule)]) == 2
    assert run(["calendar", "import", str(schedule), "--service", "typing"]) == 2
    assert "MINGLU_TYPING_DATABASE_URL" in capsys.readouterr().err


def test_every_service_gets_the_schedule_once_and_a_correction_with_its_reason(
    schedule: Path, two_services: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    assert run(["calendar", "import", str(schedule)]) == 0
    assert capsys.readouterr().out.count("已记入") == 2
    assert run(["calendar", "import", str(schedule), "--service", "objection"]) == 0
    assert "objection：已经是这样，没有变化" in capsys.readouterr().out
    schedule.write_text(SCHEDULE_2027.replace("2027-06-09", "2027-06-09, 2027-06-10"), encoding="utf-8")
    assert run(["calendar", "import", str(schedule)]) == 2
    said = capsys.readouterr().err
    assert said.count("不同的日子：2027-06-10；确实要更正的，用 --correction 写明原因") == 2
    assert run(["calendar", "import", str(schedule), "--correction", "多放一天"]) == 0
    for url in two_services.values():
        assert fetch(url, "SELECT count(*) FROM holiday_schedule") == 2
    capsys.readouterr()
    assert run(["calendar", "show", "--service", "recognition"]) == 0
    assert "recognition\t2027\t第 2 次\t国办发明电〔2026〕7号" in capsys.readouterr().out


def test_a_database_that_cannot_be_reached_is_told_and_the_others_get_it(
    schedule: Path, two_services: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("MINGLU_OBJECTION_DATABASE_URL", NOWHERE)
    assert run(["calendar", "import", str(schedule)]) == 3
    answer = capsys.readouterr()
    assert "错误：objection：" in answer.err
    assert "recognition：已记入。" in answer.out
    assert fetch(two_services["recognition"], "SELECT count(*) FROM holiday_schedule") == 1
