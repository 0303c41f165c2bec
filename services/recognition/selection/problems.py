"""What can be refused about the selection and the pool."""

from shared.platform.errors import Conflict, MakerIsNotChecker, NotFound


class NotInPool(NotFound):
    """The pool has no such household in the caller's region."""

    slug, title = "not-in-pool", "培育库里没有这一户"
    detail = "培育库里没有这一户，或已移出，或不在您的管辖范围内"


class SelectionNotReady(Conflict):
    """The selection cannot be made yet; `reasons` says why."""

    slug, title = "selection-not-ready", "还不能择优"


class SelectionOfOwnReview(MakerIsNotChecker):
    """Who reviewed an application does not select by the points that the review gave."""

    title = "须由另一人择优"
