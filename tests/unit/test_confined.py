"""A child that works on an untrusted file: what it gets of its parent, and that its end is nobody else's."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.confined import ChildEndedError, ChildFailedError, Limits, Runner

WORK = "tests.unit.confined_work"
LIMITS = Limits(memory=1 << 29, processor=1, seconds=60)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


def test_a_child_has_no_secret_no_socket_and_no_file_of_its_parent(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGLU_TYPING_PSEUDONYM_KEY", "secret")
    with Path(__file__).open(encoding="utf-8") as ours:
        os.set_inheritable(ours.fileno(), True)
        seen = runner.run(f"{WORK}:look_around", "甲", limits=LIMITS, answer=lambda text: text + "乙")
    assert "secret" not in str(seen["environment"])
    assert {one for one in seen["descriptors"] if not one.startswith("/dev/null")} <= {
        one for one in seen["descriptors"] if one.startswith("socket:")
    }
    assert sum(one.startswith("socket:") for one in seen["descriptors"]) == 1, "its own, to its parent"
    assert (seen["core"], seen["folder"], seen["answer"]) == (0, "/", "甲乙")


@pytest.mark.parametrize(
    ("work", "arguments", "limits"),
    [
        ("die", (), LIMITS),
        ("take_memory", (1 << 34,), LIMITS),
        ("work_forever", (), LIMITS),
        ("wait_forever", (), Limits(seconds=0.3)),
    ],
)
def test_what_ends_a_child_ends_no_other_work(
    runner: Runner, work: str, arguments: tuple[object, ...], limits: Limits
) -> None:
    with ThreadPoolExecutor(2) as threads:
        beside = threads.submit(runner.run, f"{WORK}:look_around", "甲", limits=LIMITS, answer=lambda _: wait_a_bit())
        with pytest.raises(ChildEndedError):
            runner.run(f"{WORK}:{work}", *arguments, limits=limits)
        assert beside.result()["answer"] == "丙"
    assert runner.run(f"{WORK}:look_around", "甲", limits=LIMITS, answer=str)["answer"] == "甲"


def wait_a_bit() -> str:
    time.sleep(0.1)
    return "丙"


def test_an_unforeseen_error_is_told_without_its_words(runner: Runner) -> None:
    with pytest.raises(ChildFailedError, match="KeyError at") as caught:
        runner.run(f"{WORK}:fail", "410103197707077077", limits=LIMITS)
    assert "4101" not in str(caught.value)
    with pytest.raises(LookupError, match="第2行"):
        runner.run(f"{WORK}:refuse", "第2行", limits=LIMITS, expected=[LookupError])


def test_a_server_that_was_killed_is_started_again(runner: Runner) -> None:
    runner.run(f"{WORK}:look_around", "甲", limits=LIMITS, answer=str)
    assert runner._server is not None
    runner._server.kill()
    runner._server.wait()
    assert runner.run(f"{WORK}:look_around", "甲", limits=LIMITS, answer=str)["answer"] == "甲"


def test_a_child_whose_parent_waits_no_longer_is_ended(runner: Runner) -> None:
    with pytest.raises(ChildEndedError):
        runner.run(f"{WORK}:wait_forever", limits=Limits(seconds=0.2))
    assert runner._server is not None
    children = Path(f"/proc/{runner._server.pid}/task/{runner._server.pid}/children")
    ends = time.monotonic() + 5
    while children.read_text(encoding="ascii"):
        assert time.monotonic() < ends, "it is still there"
        time.sleep(0.01)
