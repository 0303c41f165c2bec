"""What can be refused about spot checks and filings."""

from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound


class SpotCheckNotFound(NotFound):
    """No such spot check that concerns the caller's region."""

    slug, title = "spot-check-not-found", "没有这次抽查"
    detail = "没有这次抽查，或与您的管辖范围无关"


class CheckItemNotFound(NotFound):
    """The spot check did not draw this application."""

    slug, title = "spot-check-not-found", "没有抽中这份申报"
    detail = "这次抽查没有抽中这份申报，或不在您的管辖范围内"


class CheckShareFixed(Invalid):
    """The policy sets the share to be drawn."""

    slug, title = "share-set", "比例已有规定"


class DrawNotReady(Conflict):
    """Nothing can be drawn yet."""

    slug, title = "draw-not-ready", "还不能抽取"


class CheckOfAnotherLevel(Conflict):
    """The policy has another level draw."""

    slug, title = "another-level", "不由本级抽查"


class CheckSharesDiffer(Conflict):
    """The counties' policies set different shares."""

    slug, title = "policies-differ", "抽查比例不同"


class CheckShareUnset(Invalid):
    """Neither the policy nor the order says the share to be drawn."""

    slug, title = "share-unset", "比例未定"
    detail = "政策没有规定抽查比例，请在请求中写明 percent"


class CheckOfOwnWork(MakerIsNotChecker):
    """Who worked on an application does not check it."""

    title = "须由另一人抽查"
    detail = "经办过这份申报的人不能抽查它"


class SupplementDateUnset(Invalid):
    """A supplement is demanded without a last day."""

    slug, title = "date-unset", "期限未定"
    detail = "要求限期补充材料的，请在 due_on 写明截止日期"


class ListFiledInFuture(Invalid):
    """A list filed on a day to come."""

    slug, title = "day-to-come", "日期不对"


class NothingToFile(Conflict):
    """The season has recognised nobody yet."""

    slug, title = "nothing-to-file", "没有可报送的名单"
    detail = "这个认定季还没有认定任何一户"


class CheckDrawnBefore(Conflict):
    """The region was drawn from with this share before."""

    slug, title = "drawn-before", "已经抽取"
