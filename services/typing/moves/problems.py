"""What can be refused about moves."""

from shared.platform.errors import Conflict, Forbidden, NotFound


class MoveNotFound(NotFound):
    """No move from or to the caller's region."""

    slug, what = "move-not-found", "这次迁移"


class LosingCountyDecides(Forbidden):
    """The county that loses the household decides, or a superior of both counties."""

    slug, title = "losing-county-decides", "由原登记地确认"


class DelivererOfMove(Forbidden):
    """Who delivered the row may not confirm it."""

    slug, title = "deliverer-decides", "不能由报送人确认"
    detail = "这一户的登记信息是您报送的，是否迁移请由另一名经办人员确认。"


class HouseholdElsewhere(Conflict):
    """The row is no longer stored, or the household is registered elsewhere by now."""

    slug, title = "household-elsewhere", "登记已有变化"
    detail = "这一户的登记信息在此期间有变化，请迁入地重新报送。"
