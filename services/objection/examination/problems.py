"""What can be refused when an objection is examined."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class ReturnedBefore(Conflict):
    """An objection goes back once."""

    slug, title = "returned-before", "只能退回一次"
    detail = "这件异议已退回补正过一次，应一次告知全部；请作出受理或者不予受理的决定。"


class ExplainedBefore(Conflict):
    """An explanation was given and did not satisfy the objector."""

    slug, title = "explained-before", "已经解释过"
    detail = "对这件异议已经作过解释，异议人坚持异议；请核实后作出决定。"


class ExtendedBefore(Conflict):
    """The period for the decision is extended once."""

    slug, title = "extended-before", "只能延长一次"
    detail = "作出决定的期限已延长过一次，不能再延长。"


class NoExtension(Conflict):
    """The policy gives no period to extend, or none to extend it by."""

    slug, title = "no-extension", "没有可以延长的期限"


class ExtensionTooLate(Conflict):
    """The last day for the decision is over."""

    slug, title = "extension-too-late", "期限已过，不能延长"


class ConsentMissing(Invalid):
    """Somebody acts for the objector without the objector's recorded consent."""

    slug, title = "consent-missing", "缺少异议人的同意"
    detail = "代异议人办理的，要写明本人怎样同意（consent）。"


class DocumentUnknown(Invalid):
    """A document that was not handed in with this objection."""

    slug, title = "document-unknown", "没有这份材料"
    detail = "所列材料不属于这件异议，请先上传再引用。"


class NotAssignable(Invalid):
    """Somebody who has not acted lately as an officer of a bureau above the household."""

    slug, title = "not-assignable", "不能分派给这个人"
    detail = "只能分派给近期在本辖区或上级市场监管部门办理过业务的经办人员或审批人员。"


class AssignedToAnother(Forbidden):
    """The objection is somebody else's to hand over."""

    slug, title = "assigned-to-another", "已分派给他人"
    detail = "这件异议已分派给另一位经办人员，由其本人移交，或者由审批人员改派。"


class HeldInFuture(Invalid):
    """A hearing on a day to come."""

    slug, title = "future-date", "日期不对"
    detail = "听证或询问的日期不能晚于今天。"


class ObjectorHasTime(Conflict):
    """The objector may still respond, and the clock ends the objection when that time is over."""

    slug, title = "objector-has-time", "异议人还可以回应"


class HearingNotFound(NotFound):
    """No such note about this objection."""

    slug, what = "hearing-not-found", "这份笔录"


class HearingNotForThisBureau(Forbidden):
    """Only the bureaus that receive, explain or decide read who was present and what was said."""

    slug, title = "hearing-not-for-this-bureau", "不由本部门办理"
    detail = "只有受理、解释或决定这件异议的部门，为办理需要才能查看笔录的在场人员和内容。"


class TookPart(Forbidden):
    """Somebody handles or decides an objection who took part in what is objected to, verified, or made the proposal."""

    slug, title = "took-part", "参与过的人不能办理"
