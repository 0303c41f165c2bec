"""What can be refused about reports, confirmations and evaluations."""

from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound


class NotConfirmable(Conflict):
    """The year cannot be confirmed yet; `reasons` says why."""

    slug, title = "not-confirmable", "目前不能确认"


class ConfirmationByMaker(MakerIsNotChecker):
    """After an upheld objection somebody else confirms."""

    title = "须由另一人确认"
    detail = "异议成立后，这一年度的确认须由另一人作出，原来作出确认结论的人不能再办"


class ReportNotExpected(NotFound):
    """No report of this year is expected."""

    slug, title = "report-not-expected", "没有这一年度的报告"


class EvaluationNotFound(NotFound):
    """No such evaluation in the caller's region."""

    slug, what = "evaluation-not-found", "这次评估"


class EvaluationTooEarly(Conflict):
    """Evaluations are made in the last year of validity."""

    slug, title = "not-last-year", "还不能评估"


class AgreementNotNeeded(Conflict):
    """Nobody recommended this household."""

    slug, title = "not-recommended", "不是推荐认定的"
    detail = "这一户是自主申报认定的，不需要推荐部门同意"


class EvaluationDecidedByMaker(MakerIsNotChecker):
    """Who evaluated or agreed does not decide."""

    title = "须由另一人决定"
    detail = "评估人和推荐部门的经办人不能决定这次评估"


class EvaluationOutdated(Conflict):
    """The recognition has ended or was extended meanwhile."""

    slug, title = "state", "目前不能这样办理"
    detail = "认定已经结束，或有效期已经变更"


class EvaluationDecided(Conflict):
    """The evaluation was decided before."""

    slug, title = "decided-before", "已经决定"
    detail = "这一有效期的评估已经作出决定"


class CommendationInFuture(Invalid):
    """A commendation on a day to come."""

    slug, title = "future-date", "日期不对"
    detail = "表彰奖励的日期不能晚于今天"


class DueDateOutOfRange(Invalid):
    """A last day before today or more than a year ahead."""

    slug, title = "last-day-out-of-range", "日期不对"


class RecognitionEnded(Conflict):
    """No reports are filed for a recognition that has ended."""

    slug, title = "recognition-ended", "认定已经结束"


class ReportTooEarly(Conflict):
    """The year of the report has not begun."""

    slug, title = "too-early", "还没到报送期"


class ReportConfirmed(Conflict):
    """The report was reviewed and is final."""

    slug, title = "report-confirmed", "已经审核"
    detail = "这一年度的信息报告已经审核，不能再改"


class ReportNotFiled(Conflict):
    """The report does not wait for a review."""

    slug, title = "report-not-filed", "目前不能审核"
