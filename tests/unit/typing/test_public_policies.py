"""What anybody may ask for costs its reckoning once: not each time, not once for each of those who ask at once."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.typing.directory import public_policies
from services.typing.directory.problems import PolicyNotFound
from services.typing.directory.public_policies import public_findings, public_policies as listed
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.law.model.policy import Policy
from shared.law.reader.loading import policy_ids, shipped_policies

DAY = dt.date(2026, 7, 2)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The policies that are read from their files, one after the other."""
    seen: list[str] = []
    shipped = {policy.id: policy for policy in shipped_policies()}

    def load(name: str) -> Policy:
        seen.append(name)
        time.sleep(0.01)
        return shipped[name]

    monkeypatch.setattr(public_policies, "load_policy", load)
    monkeypatch.setattr(public_policies, "_kept", BoundedCache(64))
    return seen


def test_policies_are_read_once_for_a_day_and_a_state_of_their_files(
    loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.travel(DAY):
        first = listed()
        assert sorted(loads) == sorted(policy.id for policy in first) == policy_ids()
        assert listed() == first
        assert public_findings("zhengzhou-2025").policy == "zhengzhou-2025"
        assert len(loads) == len(first)
    with clock.travel(DAY + dt.timedelta(days=1)):
        listed()
        assert len(loads) == len(first), "the same files on another day"
        monkeypatch.setattr(public_policies, "files_state", lambda _folder: (("another", 1, 1),))
        listed()
        assert len(loads) == 2 * len(first), "files that have changed are read again"


def test_many_who_ask_at_once_wait_for_one(loads: list[str]) -> None:
    together = threading.Barrier(8)

    def ask(_: int) -> int:
        together.wait()
        return len(listed())

    with ThreadPoolExecutor(8) as askers:
        assert set(askers.map(ask, range(8))) == {len(policy_ids())}
    assert len(loads) == len(policy_ids())


def test_asking_for_policies_that_are_not_there_reads_none(loads: list[str]) -> None:
    with pytest.raises(PolicyNotFound):
        public_findings("no-such-policy")
    assert loads == []
