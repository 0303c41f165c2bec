"""What can be refused about verifications."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class AskerAnswers(Forbidden):
    """Who asked would answer for the department."""

    slug, title = "asker-answers", "提出核实的人不能答复"
    detail = "这次核实是您提出的，请由被请求部门的其他人员答复。"


class VerificationNotFound(NotFound):
    """No such question to the caller's department in the caller's region."""

    slug, title = "verification-not-found", "没有这次核实"
    detail = "没有这次核实，或不是向您的部门在本地区提出的"


class NothingToVerify(Invalid):
    """Neither a fact nor a feed is named, or they do not go together."""

    slug, title = "nothing-to-verify", "没有写明核实什么"


class ReadingNotVerified(Conflict):
    """A dispute about how the text is read is decided by whom the policy names, not by the owner of the data."""

    slug, title = "reading-not-verified", "读法不由部门核实"


class VerificationElsewhere(Invalid):
    """The bureau to be asked is not one over the household, or not below the one that asks."""

    slug, title = "verification-elsewhere", "不能向这个地区的部门核实"


class AskedBefore(Conflict):
    """The same bureau has been asked the same and has not answered yet."""

    slug, title = "asked-before", "已经请求核实"
    detail = "已就同一数据请这个部门核实，还没有答复。"


class VerificationAnswered(Conflict):
    """The question was answered before."""

    slug, title = "answered-before", "已经答复"
    detail = "这次核实已经答复过。"


class VerificationEnded(Conflict):
    """The objection no longer waits for the answer."""

    slug, title = "verification-ended", "不必再答复"
    detail = "这件异议已经决定或者结束，不必再答复。"


class AnswerIncomplete(Invalid):
    """A part of the answer is missing, or does not belong to such an answer."""

    slug, title = "answer-incomplete", "答复不完整"


class RowRefused(Invalid):
    """The corrected row breaks the rules of its feed; `errors` names column, code and what would be right."""

    slug, title = "row-refused", "更正的数据不符合要求"
    detail = "更正的数据不符合这类数据的报送要求，请按所列各项改正。"
