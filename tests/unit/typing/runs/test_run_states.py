"""The life of a run and the reasons against publishing it."""

import datetime as dt
from dataclasses import replace

import pytest

from services.typing.runs.domain import (
    RUN_STATES,
    IllegalRunTransition,
    PublicationCase,
    RunPurpose,
    RunState,
    publication_refusals,
    regions_to_type,
)

READY = PublicationCase(
    approver="checker",
    makers=frozenset({"maker"}),
    as_of=dt.date(2026, 7, 1),
    closed_on=dt.date(2026, 7, 1),
    current_as_of=dt.date(2025, 7, 3),
    compared_with=(1,),
    current_runs=(1,),
    unset_parameters=(),
    reason=None,
)


def test_a_ready_draft_has_no_refusal() -> None:
    assert publication_refusals(READY) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"approver": "maker"}, "另一名"),
        ({"closed_on": None}, "年报尚未结束"),
        ({"policy_applies": False}, "适用地区"),
        ({"closed_on": dt.date(2026, 7, 2)}, "年报尚未结束"),
        ({"current_as_of": dt.date(2026, 7, 2)}, "判定日更晚"),
        ({"current_runs": (1, 2)}, "重新比对"),
        ({"unset_parameters": ("growth_revenue",)}, "写明理由"),
        ({"unset_parameters": ("growth_revenue",), "reason": "  "}, "写明理由"),
        ({"purpose": RunPurpose.TRIAL, "reason": "确需发布"}, "任何时候都不能发布"),
        ({"changed_law": ("某数额用2（现行：1）",)}, "请重新发起"),
        ({"policy_in_force": False}, "没有施行"),
        ({"other_level": "省级"}, "由省级市场监管部门发起和发布"),
        ({"purpose": RunPurpose.STATISTICS}, "写明理由"),
    ],
)
def test_each_reason_against_publishing_is_told(change: dict[str, object], words: str) -> None:
    refusals = publication_refusals(replace(READY, **change))  # type: ignore[arg-type]  # one field of many types
    assert len(refusals) == 1
    assert words in refusals[0]


def test_all_reasons_are_told_at_once() -> None:
    case = replace(READY, approver="maker", closed_on=None, current_runs=())
    assert len(publication_refusals(case)) == 3


def test_a_reason_lets_unset_amounts_pass() -> None:
    assert publication_refusals(replace(READY, unset_parameters=("x",), reason="数额待市局公布")) == []


def test_the_deciding_level_may_put_another_run_in_force_with_a_reason() -> None:
    """郑市监〔2025〕6号 三（一）2: 省市场监管局可以根据统计分析、决策参考需要,在其他时间安排定期或不定期分型判定."""
    case = replace(READY, purpose=RunPurpose.STATISTICS, reason="年报补报较多，按省局通知更新")
    assert publication_refusals(case) == []


def test_published_and_discarded_runs_stay_what_they_are() -> None:
    for ended in (RunState.PUBLISHED, RunState.DISCARDED):
        for target in RunState:
            with pytest.raises(IllegalRunTransition):
                RUN_STATES.require(ended, target)


def test_every_state_but_the_first_can_be_reached() -> None:
    reached = {target for targets in RUN_STATES.transitions.values() for target in targets}
    assert reached >= set(RunState) - {RunState.QUEUED}


def test_only_a_draft_can_be_published() -> None:
    assert [state for state in RunState if RunState.PUBLISHED in RUN_STATES.transitions[state]] == [RunState.DRAFT]


@pytest.mark.parametrize(
    ("closing", "policy_regions", "expected"),
    [
        ("41", ["4101"], ["4101"]),
        ("4101", ["4101"], ["4101"]),
        ("410103", ["4101"], ["410103"]),
        ("12", ["4101"], []),
        ("4101", ["41", "12"], ["4101"]),
    ],
)
def test_a_closing_types_the_narrower_region(closing: str, policy_regions: list[str], expected: list[str]) -> None:
    assert regions_to_type(closing, policy_regions) == expected
