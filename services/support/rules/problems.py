"""What can be refused because of the rules of support work."""

from shared.platform.errors import Conflict, Forbidden, Invalid


class NumberUnknown(Invalid):
    """There is no such number."""

    slug, title = "number-unknown", "没有这项数额"


class NumberOutOfRange(Invalid):
    """A number that the parameter cannot have."""

    slug, title = "number-out-of-range", "数值不对"


class NumberGivenByText(Conflict):
    """The text gives the number."""

    slug, title = "number-given", "数额由原文写定"


class NoRegionToSetFor(Forbidden):
    """The caller's token is for the whole country."""

    slug, title = "no-region-to-set-for", "须由一个地区的市场监管部门设定"
    detail = "您的令牌不限于一个地区；请由省、市、县的市场监管部门为本辖区设定。"


class NumberOfProvince(Forbidden):
    """A part of a province cannot set it; the detail says which number."""

    slug, title = "number-of-province", "由省级市场监管部门设定"
