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
