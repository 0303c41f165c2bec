"""Set a number that a policy leaves open: one officer proposes it with the document, another person decides.

津市场监管政务〔2024〕9号 附件1 says “达到一定数额” without saying which; the commission says it in a later document.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.numbers import repository as numbers_repository
from services.typing.numbers.domain import (
    NUMBER_STATES,
    NumberProposal,
    NumberState,
    competence_refusal,
    setting_errors,
    with_numbers,
)
from services.typing.numbers.models import NumberSetting
from services.typing.numbers.problems import NumberNotOpen, NumberOfAnotherLevel, NumberProposed, ProposerDecides
from shared import clock
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.stored_policies import policy_problems

NO_CHOICES: Mapping[str, str] = {}


async def policy_in_force(
    session: AsyncSession,
    name: str,
    *,
    settings: Mapping[str, str] = NO_CHOICES,
    readings: Mapping[str, str] = NO_CHOICES,
) -> Policy:
    """A shipped policy with the numbers that bureaus have set; on top of it, for a trial, other numbers and readings.

    422 for an unknown policy, number or reading.
    """
    with policy_problems():
        policy = load_policy(name, settings=settings, readings=readings)
        return with_numbers(policy, await numbers_repository.numbers_in_force(session, policy.id))


async def propose_number(session: AsyncSession, caller: Caller, order: NumberProposal) -> NumberSetting:
    """Propose a number; it counts when another person has approved it.

    Errors: 403 for a bureau that does not set it; 422 for a number that is not open; 409 when it waits already.
    """
    with policy_problems():
        policy = load_policy(order.policy)
    require_competence(policy, caller)
    if errors := list(setting_errors(policy, order, clock.today())):
        raise NumberNotOpen("；".join(errors), reasons=errors)
    values: dict[str, object] = {
        "region": caller.region,
        "policy": policy.id,
        "parameter": order.parameter,
        "value": order.value,
        "in_force_from": order.in_force_from,
        "document_number": order.document.number,
        "document_title": order.document.title,
        "document_date": order.document.issued_on,
        "proposed_by": caller.subject,
    }
    setting = await numbers_repository.add_proposal(session, values)
    if setting is None:
        raise NumberProposed
    await audit.record(session, setting, caller, "number:propose", details_of(setting))
    return setting


async def decide_number(
    session: AsyncSession, setting: NumberSetting, caller: Caller, *, approved: bool, reason: str
) -> None:
    """Approve or reject a proposed number, which is locked. 403 for its proposer and for another level's bureaus."""
    with policy_problems():
        policy = load_policy(setting.policy)
    require_competence(policy, caller)
    if caller.subject == setting.proposed_by:
        raise ProposerDecides
    target = NumberState.IN_FORCE if approved else NumberState.REJECTED
    NUMBER_STATES.require(setting.state, target)
    setting.state, setting.version = target, setting.version + 1
    setting.decided_by, setting.decided_at, setting.reason = caller.subject, clock.now(), reason
    details = {**details_of(setting), "approved": approved, "reason": reason}
    await audit.record(session, setting, caller, "number:decide", details)


def require_competence(policy: Policy, caller: Caller) -> None:
    """NumberOfAnotherLevel unless the caller's bureau sets the policy's numbers."""
    refusal = competence_refusal(policy, caller.region)
    if refusal is not None:
        raise NumberOfAnotherLevel(refusal)


def details_of(setting: NumberSetting) -> dict[str, object]:
    """A setting for the audit."""
    return {
        "policy": setting.policy,
        "parameter": setting.parameter,
        "value": setting.value,
        "in_force_from": setting.in_force_from.isoformat(),
        "document": setting.as_set().document,
    }
