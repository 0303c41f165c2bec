"""What can be refused about applying and recommending."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class DocumentsClosed(Conflict):
    """The application has ended: no more documents."""

    slug, title = "state", "不能上传"


class DocumentsFull(Conflict):
    """As many documents as one application may have."""

    slug, title = "documents-full", "材料太多"


class VisitPhotoByOfficerOnly(Forbidden):
    """Only an officer hands in the photos of a site visit."""

    slug, title = "not-an-officer", "须由经办人员上传"
    detail = "走访的照片由走访的市场监管人员上传"


class ApplicationNotFound(NotFound):
    """No such application that the caller may see."""

    slug, what = "application-not-found", "这份申报"


class ConsentWithoutDocument(Invalid):
    """Written consent without the paper."""

    slug, title = "no-evidence", "缺少同意的凭证"
    detail = "请先上传经营者书面同意的材料（evidence 写 consent）"


class ConsentInFuture(Invalid):
    """A consent given on a day to come."""

    slug, title = "future-date", "日期不对"
    detail = "同意的日期不能晚于今天"


class ConsentClosed(Conflict):
    """Consent is recorded only before the recommendation is submitted."""

    slug, title = "state", "目前不能这样办理"
    detail = "只有尚未提交的推荐可以登记同意"


class ConsentRecorded(Conflict):
    """The operator of today has consented already."""

    slug, title = "consent-recorded", "已经登记"
    detail = "经营者的同意已经登记"


class RecommendationSubmittedBefore(Conflict):
    """Only a draft of a recommendation can be submitted."""

    slug, title = "state", "目前不能提交"
    detail = "只有尚未提交的推荐可以提交；退回补正的，由经营者补正"


class ConsentMissing(Conflict):
    """A recommendation without the operator's consent."""

    slug, title = "no-consent", "尚未征得同意"
    detail = "推荐前须先征得经营者本人同意，并登记在案"


class ConsentOfFormerOperator(Conflict):
    """The operator who consented is no longer the operator."""

    slug, title = "operator-changed", "尚未征得同意"


class NotRecommendable(Invalid):
    """The household may not be recommended; `reasons` says why."""

    slug, title = "not-recommendable", "不能推荐"


class OutsideRecommendationWindow(Conflict):
    """Recommendations are not taken today."""

    slug, title = "too-late", "不在推荐期内"


class ApplicationNotAcceptable(Invalid):
    """The household may not apply; `reasons` says why."""

    slug, title = "application-not-acceptable", "不能申报"


class OperatorKindUnknown(Invalid):
    """The season's rules have no such kind of operator."""

    slug, title = "operator-kind-unknown", "没有这种经营者身份"


class RecommendationNotEditable(Conflict):
    """An operator may not change what a department wrote."""

    slug, title = "recommended", "不能修改"
    detail = "部门推荐的内容由推荐的部门填写，经营者不能修改"


class ApplicationNotEditable(Conflict):
    """Only drafts and returned applications can be changed."""

    slug, title = "state", "不能修改"
    detail = "只有草稿和退回补正的申报可以修改"


class HouseholdFixed(Invalid):
    """An application stays about its household."""

    slug, title = "another-household", "不能换成另一户"
    detail = "申报的个体工商户不能更换，请另行申报"


class ApplicationSubmittedBefore(Conflict):
    """Only a draft of an application can be submitted."""

    slug, title = "state", "目前不能提交"
    detail = "只有申报的草稿可以这样提交；推荐由推荐的部门提交"


class NothingToComplete(Conflict):
    """Only a returned application can be completed."""

    slug, title = "state", "目前不能补正"
    detail = "只有退回补正的申报可以补正后再次提交"


class CompletionTooLate(Conflict):
    """The last day for completion is over."""

    slug, title = "too-late", "补正期限已过"


class OutsideApplicationWindow(Conflict):
    """Applications are not taken today."""

    slug, title = "too-late", "不在申报期内"


class TakeoverClosed(Conflict):
    """The application is in a state in which it cannot be taken over."""

    slug, title = "state", "目前不能这样办理"


class OperatorUnchanged(Conflict):
    """Nothing to take over: the operator is the same."""

    slug, title = "operator-unchanged", "无须接续"
    detail = "这份申报的经营者没有变更，请继续办理"


class NotTransferable(Invalid):
    """The new operator may not take the application over; `reasons` says why."""

    slug, title = "not-adoptable", "不能接续办理"


class TakeoverNeeded(Conflict):
    """The operator has changed and has not taken the application over."""

    slug, title = "operator-changed", "须先接续办理"


class StepOfAnotherLevel(Forbidden):
    """The step belongs to bureaus of another level."""

    slug, title = "another-level", "不由本级办理"


class StepUnknown(Conflict):
    """The policy has no such step."""

    slug, title = "no-such-step", "没有这一步"


class StepNotBegun(Conflict):
    """The step has not begun in this season."""

    slug, title = "too-early", "还没有到时候"


class RecommendationByMarketRegulator(Forbidden):
    """Market supervision recognises what others recommend."""

    slug, title = "another-department", "不由本部门推荐"


class RecommendationOfAnotherLevel(Forbidden):
    """No bureau of this level could recognise what it recommends."""

    slug, title = "another-level", "不由本级推荐"


class ApplicationNotInProgress(Conflict):
    """The application is not under way."""

    slug, title = "state", "目前不能这样办理"


class StepDecidedBefore(MakerIsNotChecker):
    """After an upheld objection somebody else does the step again."""

    detail = "异议成立后，这一步须由另一人重新办理，原来作出决定的人不能再办"


class TaskMissing(Conflict):
    """The step has no open task."""

    slug, title = "no-task", "没有待办的任务"
    detail = "这一步没有待办的任务，可能已由他人办理"


class ReviewOfOwnSubmission(MakerIsNotChecker):
    """Who handed it in does not review it."""

    detail = "提交人不能审核自己提交的申报或推荐"


class RecommendationExists(Conflict):
    """The household has an application or recommendation in the season."""

    slug, title = "application-exists", "已有申报或推荐"
    detail = "这一户在本认定季已有申报或推荐"


class ApplicationExists(Conflict):
    """The household has an application in the season."""

    slug, title = "application-exists", "已有申报"
    detail = "这一户在本认定季已有申报，请继续办理或先撤回"
