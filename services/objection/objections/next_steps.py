"""What can be done next with an objection, and by whom: the table that every refusal and every view is made from."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import OBJECTION_STATES, ObjectionState as S
from services.objection.objections.models import Objection
from services.objection.objections.problems import ContestedUnheard, ObjectionBarred, StepNotPossible
from services.objection.rules.competence import bureaus_text
from services.objection.rules.domain import deciders, explainers, receivers
from shared.platform.identity import Caller, Role


class Actor(StrEnum):
    """Who takes a step."""

    OBJECTOR = "objector"
    RECEIVER = "receiver"
    EXPLAINER = "explainer"
    HANDLER = "handler"
    DECIDER = "decider"
    APPROVER = "approver"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """Who that is, in Chinese."""
        return ACTOR_LABELS[self]


ACTOR_LABELS: Mapping[Actor, str] = {
    Actor.OBJECTOR: "异议人",
    Actor.RECEIVER: "受理机关的经办人员",
    Actor.EXPLAINER: "有权解释的机关的经办人员",
    Actor.HANDLER: "受理机关或决定机关的经办人员",
    Actor.DECIDER: "决定机关的经办人员",
    Actor.APPROVER: "决定机关的审批人员，且不是提出意见的人",
    Actor.SYSTEM: "系统",
}


class Step(StrEnum):
    """What may be done with an objection."""

    ACCEPT = "accept"
    RETURN = "return"
    DECLINE = "decline"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"
    EXPLAIN = "explain"
    RESPOND = "respond"
    RESUME = "resume"
    VERIFY = "verify"
    EXTEND = "extend"
    PROPOSE = "propose"
    SEND_BACK = "send-back"
    DECIDE = "decide"
    GIVE_UP = "give-up"
    APPLY = "apply"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return STEPS[self].label


@dataclass(frozen=True)
class StepRule:
    """A step's Chinese name, who takes it, and in which states."""

    label: str
    actor: Actor
    states: frozenset[S]


UNDER_EXAMINATION = frozenset({S.ACCEPTED, S.EXPLAINED, S.PROPOSED})
STEPS: Mapping[Step, StepRule] = {
    Step.ACCEPT: StepRule("受理", Actor.RECEIVER, frozenset({S.FILED})),
    Step.RETURN: StepRule("退回补正", Actor.RECEIVER, frozenset({S.FILED})),
    Step.DECLINE: StepRule("不予受理", Actor.RECEIVER, frozenset({S.FILED})),
    Step.COMPLETE: StepRule("补正", Actor.OBJECTOR, frozenset({S.RETURNED})),
    Step.EXPLAIN: StepRule("解释", Actor.EXPLAINER, frozenset({S.ACCEPTED})),
    Step.RESPOND: StepRule("对解释表示意见", Actor.OBJECTOR, frozenset({S.EXPLAINED})),
    Step.RESUME: StepRule("异议人没有回应，按现有情况继续办理", Actor.HANDLER, frozenset({S.RETURNED, S.EXPLAINED})),
    Step.VERIFY: StepRule("请部门核实", Actor.HANDLER, frozenset({S.ACCEPTED})),
    Step.EXTEND: StepRule("延长决定期限", Actor.DECIDER, UNDER_EXAMINATION),
    Step.PROPOSE: StepRule("提出处理意见", Actor.DECIDER, frozenset({S.ACCEPTED})),
    Step.SEND_BACK: StepRule("退回处理意见", Actor.APPROVER, frozenset({S.PROPOSED})),
    Step.DECIDE: StepRule("作出决定", Actor.APPROVER, frozenset({S.PROPOSED})),
    Step.WITHDRAW: StepRule("撤回", Actor.OBJECTOR, frozenset({S.FILED, S.RETURNED}) | UNDER_EXAMINATION),
    Step.GIVE_UP: StepRule("放弃会使结果变差的更正", Actor.OBJECTOR, frozenset({S.UPHELD})),
    Step.APPLY: StepRule("按决定更正并答复结果", Actor.SYSTEM, frozenset({S.UPHELD})),
}
"""In the order in which they are shown."""


@dataclass(frozen=True)
class NextStep:
    """A step that is possible now."""

    step: Step
    actor: Actor

    def sentence(self, objection: Objection, rules: AppliedRules | None) -> str:
        """The step with who takes it, for people."""
        bureaus = competent_regions(self.actor, objection, rules) if rules else ()
        where = f"：{bureaus_text(bureaus)}" if bureaus else ""
        return f"{self.step.label}（{self.actor.label}{where}）"


def next_steps(objection: Objection) -> Sequence[NextStep]:
    """What is possible now, by anybody."""
    spent = {
        Step.RETURN: objection.returned,
        Step.EXPLAIN: objection.explanation is not None,
        Step.RESUME: awaits_objector_until(objection) is not None,
        Step.GIVE_UP: objection.respond_by is None,
        Step.EXTEND: objection.extended or objection.decide_by is None,
    }
    return [
        NextStep(step, rule.actor)
        for step, rule in STEPS.items()
        if objection.state in rule.states and not spent.get(step, False)
    ]


def awaits_objector_until(objection: Objection) -> dt.date | None:
    """The last day for what the objector has to do; None where the policy sets none: silence then gives nothing up, and
    whoever handles the objection goes on without it.
    """
    return objection.complete_by if objection.state is S.RETURNED else objection.respond_by


def next_steps_for(objection: Objection, rules: AppliedRules, caller: Caller) -> Sequence[NextStep]:
    """What the caller may do now."""
    return [one for one in next_steps(objection) if may_take(one.actor, objection, rules, caller)]


def may_take(actor: Actor, objection: Objection, rules: AppliedRules, caller: Caller) -> bool:
    """Whether a caller who may see the objection is such an actor."""
    if actor is Actor.OBJECTOR:
        return Role.OPERATOR in caller.roles
    role = Role.APPROVER if actor is Actor.APPROVER else Role.OFFICER
    return role in caller.roles and caller.region in competent_regions(actor, objection, rules)


def competent_regions(actor: Actor, objection: Objection, rules: AppliedRules) -> Sequence[str]:
    """The regions whose bureaus are such an actor; none for the objector and the system."""
    rule = rules.rule
    match actor:
        case Actor.RECEIVER:
            return receivers(rule, objection)
        case Actor.EXPLAINER:
            return explainers(rule, objection)
        case Actor.HANDLER:
            return tuple(dict.fromkeys((*receivers(rule, objection), *deciders(rule, objection))))
        case Actor.DECIDER | Actor.APPROVER:
            return deciders(rule, objection)
        case Actor.OBJECTOR | Actor.SYSTEM:
            return ()


def require_step(objection: Objection, step: Step, rules: AppliedRules | None = None) -> None:
    """409 unless the step is possible in the objection's state, with what is and who may do it."""
    if objection.state not in STEPS[step].states:
        raise not_possible(objection, f"不能“{step.label}”", rules)


def require_transition(objection: Objection, state: S) -> None:
    """409 unless the table of states allows the change, with what is possible now and who may do it."""
    if state not in OBJECTION_STATES.transitions[objection.state]:
        raise not_possible(objection, f"不能变为“{OBJECTION_STATES.label(state)}”", None)


def not_possible(objection: Objection, what: str, rules: AppliedRules | None) -> StepNotPossible:
    """The refusal of a step: what is possible now, and who may do it."""
    possible = next_steps(objection)
    sentences = [one.sentence(objection, rules) for one in possible]
    now = f"现在可以办理：{'、'.join(sentences)}" if possible else "这件异议已经结束，没有可以办理的了"
    members = [{"step": one.step.value, "label": one.step.label, "by": one.actor.label} for one in possible]
    return StepNotPossible(
        f"异议当前为“{OBJECTION_STATES.label(objection.state)}”，{what}；{now}。",
        state=objection.state.value,
        possible=members,
    )


def require_acceptable(objection: Objection) -> None:
    """409 for an objection that was found to be late or another's to file, and as long as what it is against has not
    been heard of.
    """
    if objection.barred is not None:
        raise ObjectionBarred(f"{objection.barred}不能受理，请以这个理由不予受理。")
    if objection.contested_on is None:
        raise ContestedUnheard
