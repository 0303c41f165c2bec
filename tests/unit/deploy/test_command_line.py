"""Whatever a user types, the answer is one Chinese sentence and the contract's exit code, no traceback."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import cli
from deploy.local.errors import report_failure
from tests.unit.feeds.feed_folders import GOOD, write_csv

ROOT = Path(cli.__file__).parents[2]


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`minglu try …` for the test; failures are logged below tmp_path."""
    spec = importlib.util.spec_from_file_location("sample_commands", Path(__file__).with_name("sample_commands.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "sample_commands", module)
    monkeypatch.setitem(cli.COMMANDS, "try", cli.Command("sample_commands", "app", "试用"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("MINGLU_DEBUG", raising=False)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("bad", "没有命令 bad（用法见 minglu --help）"),
        ("--bad", "没有选项 --bad（用法见 minglu --help）"),
        ("try chek", "没有命令 chek（用法见 minglu try --help）"),
        ("try check", "缺少参数 DIR（用法见 minglu try check --help）"),
        ("try end fault", "缺少选项 --policy（用法见 minglu try end --help）"),
        ("try check /tmp --househoulds 3", "没有选项 --househoulds，是不是 --households"),
        ("try check /tmp --households", "选项 --households 后面缺少值"),
        ("try check /tmp --households=many", "选项 --households 的值不对：“many”应为整数"),
        ("try check /tmp --households 0", "选项 --households 的值不对：应不小于 1"),
        ("try check /tmp --format xls", "选项 --format 的值不对：应为 csv、parquet 之一"),
        ("try check /tmp --as-of 2026-13-01", "“2026-13-01”应为日期，如 2026-07-01"),
        ("try check /no/such", "参数 DIR 的值不对：“/no/such”不存在"),
        ("try check /etc/passwd", "“/etc/passwd”是文件，应为文件夹"),
        ("try check /tmp /tmp", "多出参数 /tmp"),
        ("try end own-words --policy p", "户数太多"),
    ],
)
def test_wrong_usage_is_told_in_one_chinese_sentence(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(line.split()) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_group_without_its_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["try"]) == 2
    assert "缺少子命令" in capsys.readouterr().err


def test_a_commands_own_exit_code_is_kept(tmp_path: Path) -> None:
    assert cli.run(["try", "end", "with-findings", "--policy", "p"]) == 1
    assert cli.run(["try", "check", str(tmp_path)]) == 0


def test_a_fault_is_one_sentence_and_its_log_is_private_and_without_numbers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.run(["try", "end", "fault", "--policy", "p"]) == 3
    said = capsys.readouterr()
    log = tmp_path / "state" / "minglu" / "error.log"
    assert said.err == f"错误：程序出错，未能完成（RuntimeError），详情见 {log}\n"
    assert log.stat().st_mode & 0o077 == 0
    assert "Traceback" in log.read_text()
    assert "410123199001011234" not in log.read_text()


def test_a_full_disk_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["try", "end", "disk-full", "--policy", "p"]) == 3
    assert "磁盘空间不足，未能完成：/data/x" in capsys.readouterr().err


def test_ctrl_c_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["try", "end", "interrupted", "--policy", "p"]) == 130
    assert capsys.readouterr().err == "已中断\n"


def test_help_lists_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in cli.COMMANDS if f"  {name} " not in printed] == []
    assert cli.run([]) == 2


@pytest.mark.parametrize("name", [name for name in cli.COMMANDS if name != "try"])
def test_every_command_can_be_found_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([name, "--help"]) == 0
    assert f"minglu {name}" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["type --help", "feeds --help", "policy --help"])
def test_offline_commands_start_without_the_server_frameworks(line: str) -> None:
    script = (
        "import sys\nfrom deploy.local.cli import run\n"
        f"run({line.split()!r})\n"
        "sys.exit(','.join(sorted({'fastapi', 'sqlalchemy', 'aiokafka', 'starlette'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "ascii", "gbk:strict", "utf-8"])
def test_output_goes_to_a_terminal_of_any_encoding(encoding: str, tmp_path: Path) -> None:
    """Also a rare character, and a file name in another encoding than the system's."""
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"status": "开业"}])
    (tmp_path / "𠮷祥.txt").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xce\xe5.txt")).touch()

    def output_of(*arguments: str) -> bytes:
        script = f"import sys; sys.argv[1:] = {arguments!r}; from deploy.local.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            capture_output=True,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        )
        assert b"Traceback" not in done.stderr
        assert done.returncode == (0 if "--help" in arguments else 1), done.stderr
        return done.stdout + done.stderr

    codec = encoding.partition(":")[0]
    for line in (["--help"], ["feeds", "--help"], ["feeds", "check", "--help"]):
        assert output_of(*line).decode(codec).count("minglu") > 0
    told = output_of("feeds", "check", str(tmp_path))
    rare = "𠮷祥.txt".encode(codec, errors="backslashreplace")
    assert rare in told or "𠮷祥.txt".encode() in told
    assert b"udcce" in told or codec == "ascii"  # click takes ASCII for a mistake and writes UTF-8 with a question mark


def test_strict_output_would_end_the_command() -> None:
    script = (
        "import deploy.local.cli as cli, sys; cli.spell_what_cannot_be_shown = lambda: None; "
        "sys.argv[1:] = ['--help']; cli.main()"
    )
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False, env=environment)
    assert b"UnicodeEncodeError" in done.stderr


def test_a_fault_that_names_a_file_in_another_encoding_is_logged_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert report_failure(RuntimeError("\udcce\udce5.txt"), "minglu try") == 3
    assert "RuntimeError" in capsys.readouterr().err
    assert "\\udcce" in (tmp_path / "state" / "minglu" / "error.log").read_text(encoding="utf-8")
