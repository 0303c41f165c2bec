"""What can be refused about work reports."""

from shared.platform.errors import Conflict, Invalid, NotFound


class WorkReportNotFound(NotFound):
    """No such work report that the caller may see, or that is theirs to hand in."""

    slug, what = "work-report-not-found", "这份材料"


class HandedInBefore(Conflict):
    """A work report is handed in once."""

    slug, title, detail = "handed-in-before", "已经报送过", "这份材料已经报送，不能再改；要补充的，请写进下一期。"


class LastDayOver(Invalid):
    """A last day that lies in the past."""

    slug, title = "last-day-over", "日期不对"


class NobodyToAsk(Conflict):
    """The region has no county with households."""

    slug, title = "nobody-to-ask", "辖区里还没有户"
    detail = "辖区里还没有任何县区的户，不知道向哪些县区要材料。"
