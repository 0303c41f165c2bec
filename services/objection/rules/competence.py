"""Which level of bureau receives, explains and decides: everybody else is told who does."""

from collections.abc import Sequence

from services.objection.rules.domain import FiledObjection, deciders, explainers, receivers
from services.objection.rules.problems import NotCompetent
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Policy
from shared.platform.identity import Caller
from shared.reference.regions import region_name


def require_receiver(policy: Policy, rule: ObjectionRule, objection: FiledObjection, caller: Caller) -> None:
    """403 unless the caller's bureau may return, accept or decline the objection."""
    _require(policy, "受理", receivers(rule, objection), rule, objection, caller)


def require_explainer(policy: Policy, rule: ObjectionRule, objection: FiledObjection, caller: Caller) -> None:
    """403 unless the caller's bureau may explain the result."""
    _require(policy, "解释", explainers(rule, objection), rule, objection, caller)


def require_decider(policy: Policy, rule: ObjectionRule, objection: FiledObjection, caller: Caller) -> None:
    """403 unless the caller's bureau may decide."""
    _require(policy, "决定", deciders(rule, objection), rule, objection, caller)


def possible_deeds(rule: ObjectionRule, objection: FiledObjection, caller: Caller) -> list[str]:
    """What the caller's bureau may do with the objection, in words."""
    bureaus = {"受理": receivers, "解释": explainers, "决定": deciders}
    return [deed for deed, of in bureaus.items() if caller.region in of(rule, objection)]


def bureaus_text(regions: Sequence[str]) -> str:
    """The bureaus of regions in words: 河南省（41）、郑州市（4101）."""
    return "、".join(f"{region_name(region) or ''}（{region}）" for region in regions) or "（本地没有这一级）"


def _require(
    policy: Policy,
    deed: str,
    competent: Sequence[str],
    rule: ObjectionRule,
    objection: FiledObjection,
    caller: Caller,
) -> None:
    if caller.region in competent:
        return
    own = possible_deeds(rule, objection, caller)
    possible = f"您所在的部门可以{'、'.join(own)}" if own else "您所在的部门对这件异议只能查看"
    detail = (
        f"按政策 {policy.id}（{rule.citation}），对“{objection.against.label}”的异议由{bureaus_text(competent)}的"
        f"市场监管部门{deed}；{possible}。"
    )
    raise NotCompetent(detail, competent=list(competent), possible=own)
