"""What can be refused about chosen households."""

from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound


class ChoiceNotFound(NotFound):
    """No such choice in the caller's region."""

    slug, what = "choice-not-found", "名单里的这一项"


class HouseholdNotFound(NotFound):
    """No such registered household in the caller's region."""

    slug, what = "household-not-found", "这一户"


class ChosenAlready(Conflict):
    """The household is chosen, or proposed, as this."""

    slug, title, detail = "chosen-already", "已经在名单里", "这一户已经在这份名单里，或者正在审批。"


class TermWrong(Invalid):
    """The white list has a term, which ends in the future."""

    slug, title = "term-wrong", "期限不对"
    detail = "列入白名单要写明最后一天（until），而且不能早于今天。"


class OwnProposal(MakerIsNotChecker):
    """Who proposed a household does not approve it."""

    detail = "名单由提出以外的另一人审批。"
