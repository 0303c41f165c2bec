"""What can be refused about the policy that an order asks for."""

from shared.platform.errors import Conflict, Forbidden, Invalid


class ParameterUnset(Conflict):
    """The policy leaves a number open."""

    slug, title = "parameter-unset", "政策数值未设定"


class PolicyNotOfRegion(Invalid):
    """Another policy applies in the region, or none."""

    slug, title = "policy-region", "政策不适用于本地区"


class OrderAgainstPolicy(Invalid):
    """Numbers or readings that nobody may set so; `reasons` says why."""

    slug, title = "order-against-policy", "不能这样设定"


class ReadingOfAnotherLevel(Forbidden):
    """Another level decides on the reading."""

    slug, title = "reading-of-another-level", "须由有权的一级决定"


class KindsOfAnotherLevel(Forbidden):
    """Kinds of operators are added by the levels that set criteria."""

    slug, title = "kinds-of-another-level", "不由本级增列"


class CriteriaOfAnotherLevel(Invalid):
    """The policy lets bureaus of another level set criteria."""

    slug, title = "criteria-level", "不由本级制定"
