"""The rules that an objection is handled by: its policy and that policy's rule on such objections, read together."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.models import Objection
from services.objection.rules.competence import require_decider, require_explainer, require_receiver
from services.objection.rules.domain import Period, PeriodName
from services.objection.rules.service import period_of, policy_of, rule_of
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Policy
from shared.platform.identity import Caller


@dataclass(frozen=True)
class AppliedRules:
    """Policy and rule of one objection."""

    policy: Policy
    rule: ObjectionRule

    @classmethod
    async def of(cls, session: AsyncSession, objection: Objection) -> "AppliedRules":
        """Those of an objection."""
        policy = await policy_of(session, objection)
        return cls(policy, rule_of(policy, objection.against))

    def period(self, name: PeriodName, day: dt.date) -> Period:
        """A period on a day; without days where the policy sets none."""
        return period_of(self.rule, name, day)

    def require_receiver(self, objection: Objection, caller: Caller) -> None:
        """403 unless the caller's bureau receives such objections."""
        require_receiver(self.policy, self.rule, objection, caller)

    def require_explainer(self, objection: Objection, caller: Caller) -> None:
        """403 unless the caller's bureau may explain the result."""
        require_explainer(self.policy, self.rule, objection, caller)

    def require_decider(self, objection: Objection, caller: Caller) -> None:
        """403 unless the caller's bureau decides."""
        require_decider(self.policy, self.rule, objection, caller)
