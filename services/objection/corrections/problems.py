"""What can be refused about correction items."""

from shared.platform.errors import Conflict, NotFound


class CorrectionItemNotFound(NotFound):
    """No such item of the caller's department in the caller's region."""

    slug, title = "correction-item-not-found", "没有这项更正事项"
    detail = "没有这项更正事项，或不属于您的部门、您的地区"


class CorrectionNotAnswered(Conflict):
    """Typing has not said yet what came of the correction."""

    slug, title = "correction-not-answered", "还没有答复"
    detail = "分型系统还没有答复这项更正，请等答复后再撤销。"
