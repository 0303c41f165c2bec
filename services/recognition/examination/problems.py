"""What can be refused about reviews, visits, consultations and notices."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class ReviewIncomplete(Invalid):
    """A field is missing that this outcome of a review needs."""

    slug, title = "review-incomplete", "审核意见不完整"


class MakerAnswers(Forbidden):
    """Somebody who worked on the application would answer for a department."""

    slug, title = "maker-answers", "经办过的人不能答复"
    detail = "您经办过这份申报（征求意见、审核、走访、推荐或公示），请由本部门另一名人员答复。"


class ConsultationNotFound(NotFound):
    """No such question to the caller's department."""

    slug, title = "consultation-not-found", "没有这次征求意见"
    detail = "没有这次征求意见，或不是向您的部门征求的"


class PublicNoticeNotFound(NotFound):
    """No such public notice."""

    slug, title = "public-notice-not-found", "没有这次公示"
    detail = "没有这次公示"


class VisitBeforeApplication(Invalid):
    """A visit before the application was handed in cannot have verified it."""

    slug, title = "visit-before-application", "日期不对"


class VisitorTwice(Invalid):
    """One person counted twice."""

    slug, title = "visitor-twice", "走访人重复"
    detail = "走访须由两人以上进行，同一人不能写两次"


class VisitInFuture(Invalid):
    """A visit on a day to come."""

    slug, title = "future-date", "日期不对"
    detail = "走访日期不能晚于今天"


class VisitInPast(Invalid):
    """A visit is arranged for a day that is over."""

    slug, title = "past-date", "日期不对"
    detail = "走访日期不能早于今天"


class VisitWithoutPhoto(Invalid):
    """A site visit needs a photo."""

    slug, title = "no-photo", "没有照片"
    detail = "走访核实须有照片：先把照片作为材料上传（evidence 写 visit），再登记"


class VisitPhotoUnknown(Invalid):
    """A photo that no officer handed in for the visit."""

    slug, title = "unknown-photo", "没有这张照片"


class DepartmentAskedBefore(Conflict):
    """The department was asked about the application before."""

    slug, title = "asked-before", "已征求过意见"


class ConsultationAnswered(Conflict):
    """The question was answered before."""

    slug, title = "answered-before", "已经答复"
    detail = "这次征求意见已经答复过"


class AnswerTooLate(Conflict):
    """The last day for the answer is over."""

    slug, title = "too-late", "答复期限已过"


class NobodyAsked(Conflict):
    """No department was asked yet."""

    slug, title = "nobody-asked", "还没有征求意见"
    detail = "还没有向任何部门征求意见，请先征求意见"


class AnswersOutstanding(Conflict):
    """Departments still may answer."""

    slug, title = "answers-outstanding", "还有部门没有答复"


class NobodyObjects(Conflict):
    """No department objects: there is nothing to decide."""

    slug, title = "nobody-objects", "没有不同意见"
    detail = "没有部门提出不同意见，无须决定，申报会自行进入下一步"


class NoticeTooLate(Conflict):
    """The notice would end after the last day for decisions."""

    slug, title = "notice-too-late", "公示来不及"


class NotAwaitingNotice(Conflict):
    """Some of the applications do not wait for a notice."""

    slug, title = "not-to-show", "有不能公示的"


class BarredFromNotice(Conflict):
    """Something stands today against the households that were to be shown; `reasons` says what of each."""

    slug, title = "barred-from-notice", "有不符合认定条件的，不能公示"


class NobodyAwaitsNotice(Conflict):
    """No application waits for a notice."""

    slug, title = "nobody-to-show", "没有可公示的"
    detail = "目前没有走到公示这一步、还没有公示的申报"


class NoticeTooLarge(Conflict):
    """Too many households for one notice."""

    slug, title = "notice-too-large", "一次公示的户数太多"


class CategoryNotMet(Invalid):
    """The criteria found met do not make the category."""

    slug, title = "category-not-met", "不够这一类的标准"


class FindingsMissing(Invalid):
    """Findings are missing; `reasons` names them."""

    slug, title = "findings-missing", "审核意见不完整"


class BreachRecorded(Invalid):
    """A recorded breach bars the household."""

    slug, title = "breach-recorded", "不能通过"


class ReturnedBefore(Conflict):
    """An application is returned once."""

    slug, title = "returned-before", "只能退回一次"
    detail = "这份申报已退回补正过一次，应一次告知全部；请作出通过或不通过的决定"
