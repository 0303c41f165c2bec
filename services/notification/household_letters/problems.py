"""What can be refused about letters."""

from shared.platform.errors import Conflict, Invalid, NotFound


class LetterNotFound(NotFound):
    """No such notification of a household that a letter could be served for in the caller's region."""

    slug, what = "household-letter-not-found", "这件待送达的通知"


class LetterServedAlready(Conflict):
    """It is recorded as served."""

    slug, title = "household-letter-served", "已登记送达"
    detail = "这件通知已登记送达，不能重复登记。"


class NoNote(NotFound):
    """Nothing was noted when it was served, or it was not served."""

    slug, what = "household-letter-note-not-found", "送达备注"


class ServiceDayImpossible(Invalid):
    """A day before the household was told, or in the future."""

    slug, title = "service-day-impossible", "送达日期不对"
    detail = "送达日期应在通知发出当日至今日之间。"
