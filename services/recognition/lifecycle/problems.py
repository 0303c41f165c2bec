"""What can be refused about ending a recognition."""

from shared.platform.errors import Conflict, Forbidden, MakerIsNotChecker


class ProposedBefore(Conflict):
    """The same proposal waits for a decision."""

    slug, title = "proposed-before", "已有提议"
    detail = "同样的提议正等待决定"


class ProposalOfAnother(Forbidden):
    """Only who proposed withdraws a proposal."""

    slug, title = "not-own-proposal", "不是您的提议"
    detail = "只有提议人能撤回提议；其他人可以由有权决定的人员驳回"


class DecisionOnOwnProposal(MakerIsNotChecker):
    """Who proposed does not decide."""

    title = "须由另一人决定"
    detail = "提议人不能决定自己的提议"


class NotProposed(Conflict):
    """Nobody has proposed it."""

    slug, title = "not-proposed", "没有提议"
    detail = "须先由一名经办人员提议并写明理由，再由另一人决定"
