"""What can be refused about ending a recognition."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker


class ProposedBefore(Conflict):
    """The same proposal waits for a decision."""

    slug, title = "proposed-before", "已有提议"
    detail = "同样的提议正等待决定"


class ProposalOfAnother(Forbidden):
    """Only who proposed withdraws a proposal."""

    slug, title = "not-own-proposal", "不是您的提议"
    detail = "只有提议人能撤回提议；其他人可以由有权决定的人员驳回"


class DecisionOnOwnProposal(MakerIsNotChecker):
    """Who proposed, served the notice, or recorded what the operator said, does not decide."""

    title = "须由另一人决定"
    detail = "提议人、送达告知的人和登记陈述申辩的人不能决定这件提议"


class StatementRecordedByMaker(MakerIsNotChecker):
    """Who proposed, or served the notice, does not record what the operator said."""

    title = "须由另一人登记"
    detail = "提议人和送达告知的人不能在窗口代为登记陈述、申辩，请由另一名人员登记，或由经营者在平台上陈述"


class WaiverUnsigned(Invalid):
    """A waiver at the counter needs what the operator signed."""

    slug, title = "waiver-unsigned", "没有写明签字的文书"
    detail = "窗口登记放弃陈述、申辩的，须写明经营者签字的文书的文号（document）；没有的，等陈述、申辩期满"


class ProposalOfSuperior(Forbidden):
    """A superior found that the household is not to be recognised: no bureau below rejects that."""

    slug, title = "proposal-of-superior", "上级的意见不能由本级驳回"
    detail = (
        "这项提议由上级市场监管部门监督检查后作出，本级不能驳回；听取经营者意见后认为不应当取消的，请报上级，由其撤回"
    )


class NoticeNotServed(Conflict):
    """The operator was not told of facts and reasons yet."""

    slug, title = "notice-not-served", "尚未告知"
    detail = "须先把事实、理由和依据告知经营者，登记送达，听取陈述、申辩，再作决定"


class StatementPeriodOpen(Conflict):
    """The operator may still state and defend, and has not."""

    slug, title = "statement-period-open", "陈述、申辩期未满"


class AnswerMissing(Invalid):
    """What the operator stated is not answered."""

    slug, title = "answer-missing", "没有回应陈述、申辩"
    detail = "经营者作了陈述、申辩，决定须说明采纳与否及其理由（answer）"


class DayOutOfOrder(Invalid):
    """A day to come, or before what had to come first."""

    slug, title = "day-out-of-order", "日期不对"


class ServedBefore(Conflict):
    """The document was served before."""

    slug, title = "served-before", "已经送达"
    detail = "这份文书的送达已经登记"


class NothingDecided(Conflict):
    """There is no decision to serve."""

    slug, title = "nothing-decided", "没有决定"
    detail = "还没有作出这样的决定，或已经因异议成立而不再有效"


class NotProposed(Conflict):
    """Nobody has proposed it."""

    slug, title = "not-proposed", "没有提议"
    detail = "须先由一名经办人员提议并写明理由，再由另一人决定"


class NothingStated(Invalid):
    """Neither a statement nor a waiver, or both."""

    slug, title = "nothing-stated", "没有写明"
    detail = "请写陈述、申辩的内容（statement），或者写明放弃（waived），两者写一样"
