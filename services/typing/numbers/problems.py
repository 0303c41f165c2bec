"""What can be refused about number settings."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class NumberSettingNotFound(NotFound):
    """No such number setting that the caller may see."""

    slug, what = "number-setting-not-found", "这项数额设定"


class NumberNotOpen(Invalid):
    """The policy does not leave such a number open; `reasons` says why it cannot be set."""

    slug, title = "number-not-open", "不能设定这个数额"


class NumberOfAnotherLevel(Forbidden):
    """Another level of bureaus sets it, or another region's."""

    slug, title = "number-of-another-level", "不由您设定"


class NumberProposed(Conflict):
    """The same number from the same day on waits for its decision already."""

    slug, title = "number-proposed", "已有待审核的设定"
    detail = "这个数额从同一天起的设定已在等待审核，请先审核"


class ProposerDecides(MakerIsNotChecker):
    """Who proposed a number decides on it."""

    detail = "这项数额是您提出的，请由另一名有发布权限的人员审核"
