"""The states of a typing run, and the rules for taking it from one to another: pure rules, no I/O.

queued → frozen → typed → draft → published. A run with incomplete evidence waits (``blocked``) for an officer's
confirmation; a draft or a waiting run can be discarded; an error that a retry cannot mend fails it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.platform.state_machine import IllegalTransition, StateMachine


class RunState(StrEnum):
    """The state of a run. A worker advances queued, frozen and typed runs."""

    QUEUED = "queued"
    BLOCKED = "blocked"
    FROZEN = "frozen"
    TYPED = "typed"
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


class RunPurpose(StrEnum):
    """What a run is for. `central`: the year's typing, ordered by the closing of the annual reports; `statistics`: in
    between (“根据统计分析、决策参考需要”), in force only where the deciding level says so; `trial`: under other numbers
    or readings than those in force, or under a draft for comments, so that it can never be in force.
    """

    CENTRAL = "central"
    STATISTICS = "statistics"
    TRIAL = "trial"


PURPOSE_LABELS = {
    RunPurpose.CENTRAL: "集中分型",
    RunPurpose.STATISTICS: "统计分析",
    RunPurpose.TRIAL: "试算（不能发布）",
}

WORKABLE_STATES = (RunState.QUEUED, RunState.FROZEN, RunState.TYPED)


class IllegalRunTransition(IllegalTransition):
    """A run cannot go from its state to the asked one."""

    slug, title = "run-state", "批次状态不允许此操作"


RUN_STATES = StateMachine(
    "批次",
    {
        RunState.QUEUED: {RunState.BLOCKED, RunState.FROZEN, RunState.FAILED, RunState.DISCARDED},
        RunState.BLOCKED: {RunState.QUEUED, RunState.DISCARDED},
        RunState.FROZEN: {RunState.TYPED, RunState.FAILED, RunState.DISCARDED},
        RunState.TYPED: {RunState.DRAFT, RunState.FAILED, RunState.DISCARDED},
        RunState.DRAFT: {RunState.PUBLISHED, RunState.TYPED, RunState.DISCARDED},
        RunState.PUBLISHED: set(),
        RunState.DISCARDED: set(),
        RunState.FAILED: {RunState.DISCARDED},
    },
    {
        RunState.QUEUED: "排队中",
        RunState.BLOCKED: "待确认数据",
        RunState.FROZEN: "数据已冻结",
        RunState.TYPED: "已判定，正在入库",
        RunState.DRAFT: "草稿",
        RunState.PUBLISHED: "已发布",
        RunState.DISCARDED: "已作废",
        RunState.FAILED: "失败",
    },
    error=IllegalRunTransition,
)


@dataclass(frozen=True)
class PublicationCase:
    """What must be known to decide whether a draft may be published.

    ``changed_law``: where the law in force differs from what the run was typed under; ``other_level``: the level that
    publishes, if the approver or the maker is of another.
    """

    approver: str
    makers: frozenset[str]
    as_of: dt.date
    closed_on: dt.date | None
    current_as_of: dt.date | None
    compared_with: tuple[int, ...]
    current_runs: tuple[int, ...]
    unset_parameters: tuple[str, ...]
    reason: str | None
    policy_applies: bool = True
    policy_in_force: bool = True
    purpose: RunPurpose = RunPurpose.CENTRAL
    changed_law: tuple[str, ...] = ()
    other_level: str | None = None


def publication_refusals(case: PublicationCase) -> list[str]:
    """All reasons against publishing; an empty list means that the run may be published."""
    refusals = []
    if case.approver in case.makers:
        refusals.append("发起或确认本批次的人不能发布本批次，请由另一名有发布权限的人员发布")
    refusals += refusals_by_law(case)
    if not case.policy_applies:
        refusals.append("政策的适用地区不包括本批次的地区，结果只供参考，不能发布")
    if case.closed_on is None or case.closed_on > case.as_of:
        refusals.append("该地区本年度年报尚未结束（没有早于或等于判定日的年报结束记录），不能发布")
    if case.current_as_of is not None and case.current_as_of > case.as_of:
        refusals.append(f"已有判定日更晚（{case.current_as_of}）的批次发布，不能用更早的结果替换")
    if case.compared_with != case.current_runs:
        refusals.append("草稿比对之后又有批次发布，请先重新比对再发布")
    if case.unset_parameters and not (case.reason or "").strip():
        names = "、".join(case.unset_parameters)
        refusals.append(f"政策中有未设定的数值（{names}），发布须写明理由")
    return refusals


def refusals_by_law(case: PublicationCase) -> Iterator[str]:
    """Why the law, or who decides under it, does not let the run be in force."""
    if case.purpose is RunPurpose.TRIAL:
        yield "本批次是试算，没有按现行规则判定，任何时候都不能发布；要公布结果，请按现行规则重新发起"
    elif case.changed_law:
        yield f"批次发起以后，现行规则有变化（{'；'.join(case.changed_law)}），请重新发起"
    if not case.policy_in_force:
        yield f"政策在判定日 {case.as_of} 没有施行，不能据以发布"
    if case.other_level is not None:
        yield f"分型由{case.other_level}市场监管部门发起和发布"
    if case.purpose is RunPurpose.STATISTICS and not (case.reason or "").strip():
        yield "本批次不是每年的集中分型，只供统计分析；确要替换正在使用的分型的，发布须写明理由"


def regions_to_type(closing_region: str, policy_regions: list[str]) -> list[str]:
    """The regions that a closing lets a policy type: the narrower of the two where one holds the other."""
    return [
        max(closing_region, region, key=len)
        for region in policy_regions
        if region.startswith(closing_region) or closing_region.startswith(region)
    ]
