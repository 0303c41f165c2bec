"""The states of a number setting, and a policy with the numbers that are set: pure rules, no I/O."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.law.language.units import EXPECTED_FORMAT, format_value, parse_value, suggestion
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS
from shared.law.reader.loading import restore_policy
from shared.platform.state_machine import IllegalTransition, StateMachine


class NumberState(StrEnum):
    """The state of a number setting."""

    PROPOSED = "proposed"
    IN_FORCE = "in-force"
    REJECTED = "rejected"


class IllegalNumberTransition(IllegalTransition):
    """A number setting cannot go from its state to the asked one."""

    slug, title = "number-setting-state", "这项数额已有结果"


NUMBER_STATES = StateMachine(
    "数额",
    {
        NumberState.PROPOSED: {NumberState.IN_FORCE, NumberState.REJECTED},
        NumberState.IN_FORCE: set(),
        NumberState.REJECTED: set(),
    },
    {NumberState.PROPOSED: "待审核", NumberState.IN_FORCE: "已设定", NumberState.REJECTED: "未通过"},
    error=IllegalNumberTransition,
)


@dataclass(frozen=True)
class SetNumber:
    """A parameter's value from a day on, and the document that sets it, in words."""

    parameter: str
    value: str
    since: dt.date
    document: str


@dataclass(frozen=True)
class SettingDocument:
    """The document that sets a number: 文号, title and date."""

    number: str
    title: str
    issued_on: dt.date


@dataclass(frozen=True)
class NumberProposal:
    """``parameter`` of a policy shall be ``value``, written as in a policy's file, from a day on."""

    policy: str
    parameter: str
    value: str
    in_force_from: dt.date
    document: SettingDocument


def setting_errors(policy: Policy, number: NumberProposal, today: dt.date) -> Iterator[str]:
    """Why a number cannot be set, each as a Chinese sentence."""
    parameter = policy.parameters.get(number.parameter)
    if policy.draft:
        yield f"“{policy.title}”是征求意见稿，还没有施行，不能据以设定数额；可以在试算里试"
    if parameter is None:
        unset = [name for name, one in policy.parameters.items() if not one.values]
        yield f"分型规则里没有名为“{number.parameter}”的数额{suggestion(number.parameter, unset)}"
    elif parameter.values:
        fixed = format_value(parameter.on(number.in_force_from), parameter.unit)
        yield f"“{parameter.title}”已由{parameter.citation}定为{fixed}，不能另设；要看其他数额的结果，请用试算"
    elif parse_value(number.value, parameter.unit) is None:
        yield f"“{parameter.title}”的值“{number.value}”不对；应是{EXPECTED_FORMAT[parameter.unit]}"
    if number.in_force_from < policy.since:
        yield f"起始日期 {number.in_force_from} 早于政策的施行日期 {policy.since}"
    if number.document.issued_on > today:
        yield f"文件的日期 {number.document.issued_on} 晚于今天"


def competence_refusal(policy: Policy, region: str) -> str | None:
    """Why a bureau of a region may not set the policy's numbers; None when it may.

    It is the bureau that types (`run_by`) and whose region holds all of the policy's.
    """
    if not policy.may_decide_types(region) and policy.run_by is not None:
        return f"分型的数额由{LEVEL_LABELS[policy.run_by.level]}市场监管部门设定（依据：{policy.run_by.citation}）"
    if not policy.regions or not all(own.startswith(region) for own in policy.regions):
        return f"政策 {policy.id} 的适用地区超出您的管辖范围"
    return None


def with_numbers(policy: Policy, numbers: Iterable[SetNumber]) -> Policy:
    """The policy with the numbers that are set, each from its day on; of two for one day the later one counts.

    Numbers of parameters that the policy's file has set itself since then are left out.
    """
    values: dict[str, dict[str, dict[str, str]]] = {}
    for number in numbers:
        parameter = policy.parameters.get(number.parameter)
        if parameter is not None and not parameter.values:
            dated = {"value": number.value, "document": number.document}
            values.setdefault(number.parameter, {})[number.since.isoformat()] = dated
    if not values:
        return policy
    own: Mapping[str, Any] = policy.content["parameters"]
    parameters = {name: {**part, "values": values[name]} if name in values else part for name, part in own.items()}
    return restore_policy({**policy.content, "parameters": parameters})
