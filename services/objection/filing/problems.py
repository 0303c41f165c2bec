"""What can be refused when an objection is filed."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class GroundUnknown(Invalid):
    """A ground that the policy does not give for this kind of decision; `possible` lists those that it gives."""

    slug, title = "ground-unknown", "没有这条理由"


class StatementMissing(Invalid):
    """Something else is wrong, and it is not said what."""

    slug, title = "statement-missing", "没有写明异议内容"
    detail = "选择“其他”时，请在异议内容中写明哪里不对。"


class SubjectMissing(Invalid):
    """It is not said what the objection is against."""

    slug, title = "subject-missing", "没有写明对哪一件提出"


class CountyMissing(Invalid):
    """The household has not been heard of yet, so it must be said where it is."""

    slug, title = "county-missing", "请写明所在县区"
    detail = "平台还没有收到这一户的登记信息；请在 county 中写明它所在县（市、区）的区划代码，异议照收。"


class IdentityMissing(Invalid):
    """An objection by name without the name."""

    slug, title = "identity-missing", "请写明真实姓名和联系方式"
    detail = "对公示名单提出异议、在窗口代为提交，都要写明异议人的真实姓名和联系方式（只供办理人员查看）。"


class ConsentMissing(Invalid):
    """An officer files without a recorded consent."""

    slug, title = "consent-missing", "请登记本人的同意"
    detail = "在窗口代为提交，要在 consent 中登记本人怎样同意、哪一天同意；同意书可以随后作为材料上传。"


class ConsentNotOwn(Invalid):
    """An account that files for itself needs no consent."""

    slug, title = "consent-not-own", "只有窗口代为提交才登记同意"
    detail = "本人提交不用登记同意；代别人提交，请由窗口人员办理。"


class NotOnNotice(NotFound):
    """The application is not on the notice."""

    slug, what = "not-on-notice", "公示名单上的这一户"


class NoticeUnheard(Conflict):
    """The list of the notice has not been heard of, so that a household does not tell which application is meant."""

    slug, title = "notice-unheard", "还没有收到这次公示的名单"
    detail = "平台还没有收到这次公示的名单，请过几分钟再提交；也可以写明申报的编号（subject），异议照收。"


class DecisionNotOfHousehold(NotFound):
    """The decision is about another household."""

    slug, what = "decision-not-of-household", "对这一户的这项决定"


class NotTheOperator(Forbidden):
    """Only the household's operator may object to what was decided about it."""

    slug, title = "not-the-operator", "只有经营者本人可以提出"
    detail = "对这一户的决定，只有它的经营者可以提出异议；经营者没有账号的，可以到窗口由工作人员代为提交。"


class DecisionUndone(Conflict):
    """What is objected to no longer stands."""

    slug, title = "decision-undone", "这项决定已不再有效"


class ResultSuperseded(Conflict):
    """A later year's type is in force."""

    slug, title = "result-superseded", "已有更新的分型结果"


class FilingPeriodOver(Conflict):
    """The last day is over; `last_day` says which it was."""

    slug, title = "filing-period-over", "已过提出异议的期限"


class DecidedAlready(Conflict):
    """The objector's own objection to the same thing is decided and only waits to be closed."""

    slug, title = "objection-decided", "您对此提出的异议已经作出决定"


class FilingUnderWay(Conflict):
    """The same objector's filing of the same thing is being stored right now."""

    slug, title = "filing-under-way", "同一异议正在提交"
    detail = "您对同一件事的异议正在提交，请稍后再试。"


class StatementFull(Conflict):
    """What was said in several filings together is too long."""

    slug, title = "statement-full", "异议内容太长"


class DocumentsFull(Conflict):
    """The objection has as many documents as one may have."""

    slug, title = "documents-full", "材料已满"


class DocumentsClosed(Conflict):
    """The objection is over or decided."""

    slug, title = "documents-closed", "已不能再上传材料"


class PurposeOfOfficers(Forbidden):
    """A document of a kind that only officers add."""

    slug, title = "purpose-of-officers", "这类材料由工作人员上传"
    detail = "您可以上传的是证据材料（evidence）。"
