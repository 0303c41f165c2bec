"""The rules that a quota, a season or a decision goes by, as they are shown."""

from services.recognition.schemas.rules import RulesView
from services.recognition.service.rules import policy_of, rules_of
from shared.policy.recognition.open_points import open_points, points_of_decision
from shared.service import clock
from shared.service.unit_of_work import SessionDep


async def rules_view(session: SessionDep, content_hash: str, *, of_decision: bool = False) -> RulesView:
    """A stored policy with the numbers that were set and the readings in force: all, or those a decision rests on."""
    policy, rules = await policy_of(session, content_hash), await rules_of(session, content_hash)
    points = (points_of_decision if of_decision else open_points)(policy, rules, clock.today())
    return RulesView.of(policy, rules, points, clock.today())
