"""What can be refused about reports."""

from shared.platform.errors import Invalid, MakerIsNotChecker, NotFound


class ReportNotFound(NotFound):
    """No such report that the caller may see."""

    slug, what = "report-not-found", "这件举报"


class ReportPlaceMissing(Invalid):
    """The household has not been heard of, so it must be said where it is."""

    slug, title = "county-missing", "请写明所在县区"
    detail = "平台还没有收到这一户的登记信息；请在 county 中写明它所在县（市、区）的区划代码，举报照收。"


class ReportConsentWrong(Invalid):
    """At the counter a consent is recorded, otherwise none."""

    slug, title = "consent-wrong", "窗口代为提交要登记本人的同意"
    detail = "窗口代为提交的举报要在 consent 中登记本人怎样同意；本人用账号提交的不用登记。"


class ReportEnteredByOneself(MakerIsNotChecker):
    """The officer who took the report at the counter does not close it."""

    detail = "窗口代为提交这件举报的人不能办结它，请另一位工作人员办理。"
