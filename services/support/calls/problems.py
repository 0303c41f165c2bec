"""What can be refused about calls."""

from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound


class CallNotFound(NotFound):
    """No such call that the caller may see."""

    slug, what = "call-not-found", "这次必访"


class HouseholdNotFound(NotFound):
    """No such household in the caller's region."""

    slug, what = "household-not-found", "这一户"


class VisitDayWrong(Invalid):
    """A day on which this visit cannot have been made."""

    slug, title = "visit-day-wrong", "走访日期不对"


class HappenedLater(Invalid):
    """What makes a call due lies in the future."""

    slug, title = "happened-later", "日期不对"
    detail = "情况发生的日期不能晚于今天。"


class CallWaivedByOneself(MakerIsNotChecker):
    """The official who is to make a visit cannot say that none is needed."""

    detail = "安排去走访的人不能自己决定不走访，请另一位工作人员办理。"


class UnitOrHousehold(Invalid):
    """An official is in touch with one household or with one unit."""

    slug, title = "unit-or-household", "请写明一户或者一个片区"
    detail = "uscc（一户）和 unit（一个片区）请写其中一项；写片区的还要写 county。"


class UnitUnknown(Conflict):
    """No household of the county is in the unit."""

    slug, title = "unit-unknown", "这个片区还没有户"
    detail = "这个县还没有划入这个片区的户；请先把户划入片区。"
