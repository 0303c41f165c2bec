"""`minglu up` as a newcomer meets it: one command to a published city, stopped, killed and started again."""

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deploy.local.development_sign_in import SECRET as SIGN_IN_SECRET
from deploy.local.ports import free_port
from deploy.local.sandboxes import DIRECTORY_PORT, DIRECTORY_SECRET, GATEWAY_SECRET, NATIONAL_SECRET, RECEIPTS_SECRET
from deploy.local.service_processes import PSEUDONYM_KEY
from deploy.services import SERVICES
from services.objection.settings import ObjectionSettings

ROOT = Path(__file__).parents[2]
MINGLU = str(Path(sys.executable).with_name("minglu"))
HOUSEHOLDS = 2000
INTEGRATORS = dict(
    re.findall(
        r"^## (.+?)$.*?^```sh\n(.*?)^```",
        (ROOT / "docs" / "integrators.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
"""The commands of docs/integrators.md by section"""
PATIENCE = 240.0
"""Seconds for a first start; two cores may be busy with other tests."""


@dataclass
class Up:
    """One data folder and the `minglu up` that runs on it."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    outputs: list[Path] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The typing service's address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *more: str) -> None:
        """Run `minglu up` and wait until it has printed its addresses."""
        output = self.data.parent / f"out-{len(self.outputs)}"
        self.outputs.append(output)
        command = [MINGLU, "up", "--data", str(self.data), "--port", str(self.port), *more]
        with output.open("wb") as file:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
        process = self.process
        until(lambda: "按 Ctrl-C 停止" in self.said or process.poll() is not None, PATIENCE)
        assert process.poll() is None, f"{self.said}\n{self.logs}"

    @property
    def said(self) -> str:
        """What the latest start has printed."""
        return self.outputs[-1].read_text()

    @property
    def logs(self) -> str:
        """The ends of all logs, for a failing test's message."""
        return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in (self.data / "logs").glob("*.log"))

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(90)

    def family(self) -> list[psutil.Process]:
        """Every process below `minglu up`."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, words: str) -> psutil.Process:
        """The child whose command holds some words."""
        return next(process for process in self.family() if words in command_of(process))

    def get(self, path: str, **query: str) -> Any:
        """What the public reads."""
        answer = httpx.get(self.base + path, params=query, trust_env=False)
        answer.raise_for_status()
        return answer.json()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition holds; fails the test when it never does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def answers(up: Up) -> bool:
    """Is the service ready?"""
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{up.base}/readyz", trust_env=False).status_code == 200
    return False


def command_of(process: psutil.Process) -> str:
    """A process's command line; empty when it has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def gone(process: psutil.Process) -> bool:
    """Has the process ended?"""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A platform with a published city, started once for the tests of this file, which follow one another."""
    up = Up(tmp_path_factory.mktemp("platform") / "data", free_port())
    up.start("--households", str(HOUSEHOLDS))
    try:
        yield up
    finally:
        if up.process is not None and up.process.poll() is None:
            up.end(signal.SIGTERM)


def published(up: Up) -> int:
    """Households in the published statistics."""
    return sum(sum(row["households"].values()) for row in up.get("/v1/statistics", region="4101")["items"])


def test_the_first_start_shows_a_typed_and_published_city(up: Up) -> None:
    assert re.search(r"合计.*2,000", up.said)
    assert f"{up.base}/docs" in up.said
    assert published(up) == HOUSEHOLDS


@pytest.mark.parametrize("section", INTEGRATORS)
def test_the_first_hour_of_another_system_is_as_documented(up: Up, tmp_path: Path, section: str) -> None:
    commands = INTEGRATORS[section]
    for number in (8001, 8002):
        commands = commands.replace(f":{number}", f":{up.port + number - 8001}")
    commands = commands.replace(".venv/bin/minglu token", f"{MINGLU} token --data {up.data}")
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", commands],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    if section == "A bureau":
        assert "1 accepted, 0 rejected" in done.stdout


def test_a_season_is_in_progress_whatever_the_day(up: Up) -> None:
    assert re.search(r"认定季 \S+ \d{4} 年：进行中", up.said)
    stand = re.search(r"申报 21 份：(.*)", up.said)
    assert stand is not None, "drafts that are not handed in yet are not shown"
    assert {word.split()[0] for word in stand[1].split("，")} == {"待审核", "待择优", "待补正", "未通过", "已认定"}
    assert "已认定 2 户：" in up.said


def test_an_upheld_objection_has_changed_its_household(up: Up) -> None:
    assert re.search(r"异议 \S+（回执号 \d+）：异议成立，名录已改为“发展型”，理由：\S+", up.said)
    uscc = re.search(r"现在的分型\s+curl -s \S+/v1/households/([0-9A-Z]{18})", up.said)
    assert uscc is not None
    household = up.get(f"/v1/households/{uscc[1]}")
    assert (household["type"], household["upon_objection"]) == ("development", True)


def test_the_household_has_measures_with_reasons_a_visit_a_solved_problem_and_a_departments_report(up: Up) -> None:
    assert re.search(r"帮扶 [0-9A-Z]{18} 能享受什么、为什么：", up.said)
    assert re.search(r"  可以参加 [1-9]\d* 项\n    \S.*：\S+（郑市监〔2025〕6号 \S+）", up.said)
    assert "  部门报送：" in up.said
    assert re.search(r"  必访（经营困难）：示例联系干部\d{4}-\d\d-\d\d走访，", up.said)
    assert re.search(r"  诉求 S\d{4}\d{6}\d{6}：\S+，人力资源和社会保障部门答复：\S+，已办结", up.said)


def test_a_public_notice_has_cleared_with_one_held_and_one_recognised(up: Up) -> None:
    assert re.search(r"公示 \S+ \S+ 至 \S+：\S+有异议未办结，只暂缓这一户；\S+已认定", up.said)


def test_a_household_is_found_and_told_why(up: Up) -> None:
    uscc = re.search(r"/v1/households/([0-9A-Z]{18})\n", up.said)
    assert uscc is not None
    household = up.get(f"/v1/households/{uscc[1]}")
    assert household["name"]
    found = up.get("/v1/households", name=household["name"][:4])["items"]
    assert uscc[1] in {hit["uscc"] for hit in found}
    explanation = up.get(f"/v1/households/{uscc[1]}/explanation")
    assert explanation["sentences"]
    assert all(sentence["citation"]["article"] for sentence in explanation["sentences"] if sentence["citation"])


def token(up: Up, who: str) -> dict[str, str]:
    """The header that a printed command makes for `--role officer` or `--role operator`."""
    printed = re.search(rf"\$\(\S*minglu (token --role {who} [^)]*)\)", up.said)
    assert printed is not None
    done = subprocess.run([MINGLU, *printed[1].split()], capture_output=True, text=True, check=True)
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


def test_the_printed_officers_token_shows_the_runs_and_that_maker_and_checker_are_two(up: Up) -> None:
    runs = httpx.get(f"{up.base}/v1/runs", headers=token(up, "officer"), trust_env=False).json()["items"]
    assert [run["state"] for run in runs] == ["published"]
    assert runs[0]["created_by"] != runs[0]["published_by"]


def test_the_printed_operators_token_shows_the_figures_that_the_public_does_not_see(up: Up) -> None:
    address = re.search(r"为什么\s+curl -s (\S+)", up.said)
    assert address is not None
    public = httpx.get(address[1], trust_env=False).json()
    own = httpx.get(address[1], headers=token(up, "operator"), trust_env=False).json()
    assert (public["figures"], own["figures"]) == (False, True)
    assert public["type"] == own["type"]


def test_what_is_filed_at_the_sandbox_directory_comes_to_the_objection_service(up: Up) -> None:
    household = re.search(r"/v1/households/([0-9A-Z]{18})\n", up.said)
    assert household is not None
    filed = {"receipt": "HN-2026-0001", "uscc": household[1], "year": 2026, "statement": "参保人数登记少了"}
    filed |= {"filed_at": "2026-08-20T01:00:00+00:00", "name": "张示例", "contact": "示例街道1号"}
    sandbox = f"http://127.0.0.1:{up.port + DIRECTORY_PORT - SERVICES[0].default_port()}"
    httpx.post(f"{sandbox}/sandbox/objections", json=filed, trust_env=False).raise_for_status()
    objection = f"http://127.0.0.1:{up.port + ObjectionSettings.default_port() - SERVICES[0].default_port()}"

    def has_come() -> bool:
        address = f"{objection}/v1/directory-objections"
        found = httpx.get(address, headers=token(up, "officer"), trust_env=False).json()["items"]
        return [one["peer_receipt"] for one in found] == ["HN-2026-0001"]

    until(has_come)


def test_a_second_start_on_the_same_folder_is_refused(up: Up) -> None:
    second = subprocess.run(
        [MINGLU, "up", "--data", str(up.data), "--port", str(free_port())],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 3
    assert "正被另一个 minglu up 使用" in second.stderr


def test_a_taken_port_is_named(up: Up, tmp_path: Path) -> None:
    other = subprocess.run(
        [MINGLU, "up", "--data", str(tmp_path / "other"), "--port", str(up.port)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert other.returncode == 3
    assert f"端口 {up.port} 已被其他程序占用" in other.stderr


@pytest.mark.parametrize("words", ["uvicorn", "services.typing.service", "postgres"])
def test_a_killed_process_comes_back(up: Up, words: str) -> None:
    victim = up.child(words)
    victim.kill()
    until(lambda: gone(victim))
    until(lambda: answers(up) and any(words in command_of(process) for process in up.family()))
    assert published(up) == HOUSEHOLDS


def test_ctrl_c_stops_everything_and_a_second_start_has_the_same_data(up: Up) -> None:
    digest = re.search(r"结果摘要 (\w+)", up.said)
    family = up.family()
    assert up.end(signal.SIGINT) == 0
    assert [process for process in family if not gone(process)] == []
    up.start()
    again = re.search(r"结果摘要 (\w+)", up.said)
    assert digest is not None
    assert again is not None
    assert again[1] == digest[1]
    assert published(up) == HOUSEHOLDS


def test_a_killed_platform_leaves_nothing_running_and_starts_again(up: Up) -> None:
    family = up.family()
    up.end(signal.SIGKILL)
    if sys.platform == "linux":
        until(lambda: all(gone(process) for process in family))
    up.start()
    assert published(up) == HOUSEHOLDS


def test_commands_that_need_the_database_find_it_through_the_kept_settings(up: Up, tmp_path: Path) -> None:
    export = tmp_path / "audit.jsonl"
    script = f"set -a; . {up.data}/secrets/typing.env; {MINGLU} dead-letters list && {MINGLU} audit export {export}"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"delivery:accept", "run:create", "run:publish"} <= set(
        re.findall(r'"action":\s*"([^"]+)"', export.read_text())
    )


def test_no_secret_and_no_personal_data_is_in_the_logs(up: Up) -> None:
    secrets = [path.read_text().strip() for path in (up.data / "secrets").glob("*.key")]
    vaults = sum("vault_keys" in one.model_fields for one in SERVICES)
    others = {PSEUDONYM_KEY, SIGN_IN_SECRET, DIRECTORY_SECRET, GATEWAY_SECRET, RECEIPTS_SECRET, NATIONAL_SECRET}
    assert len(secrets) == len(SERVICES) + vaults + len(others)
    private = json.loads(json.loads((up.data / "secrets" / "correction-keys.json").read_text())["correction_keys"])
    secrets += [key["d"] for key in private["keys"]]
    written = "".join(log.read_text(errors="replace") for log in (up.data / "logs").glob("*.log"))
    assert not [secret for secret in secrets if secret in written]
    assert "Bearer" not in written
    assert not re.search(r"\b\d{17}[0-9Xx]\b", written), "an identity number"
    assert up.data.stat().st_mode & 0o077 == 0
