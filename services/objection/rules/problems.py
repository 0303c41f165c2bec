"""What can be refused because of the policy."""

from shared.platform.errors import Conflict, Forbidden, Invalid


class NotCompetent(Forbidden):
    """Another level of bureau does this; `competent` names the regions of those that do."""

    slug, title = "not-competent", "由另一级市场监管部门办理"


class NoObjectionPolicy(Conflict):
    """No policy in force says how an objection is handled in a region."""

    slug, title = "no-objection-policy", "没有适用的异议规则"


class ObjectionUnknownToPolicy(Invalid):
    """The policy has no rule on objections of this kind."""

    slug, title = "objection-not-provided-for", "政策没有规定这种异议"


class PeriodUnknown(Invalid):
    """The policy has no such period."""

    slug, title = "period-unknown", "没有这项期限"


class PeriodGivenByText(Conflict):
    """The text gives the number."""

    slug, title = "period-given", "期限由原文写定"


class PeriodOfAnotherLevel(Forbidden):
    """Another level decides these objections, or the policy does not apply there."""

    slug, title = "period-of-another-level", "须由有权决定的一级设定"
    detail = "这项期限由政策适用地区内、决定这类异议的一级（或其上级）设定。"
