"""What can be refused about problems."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class ProblemNotFound(NotFound):
    """No such problem that the caller may see, or, for a step, that is theirs now."""

    slug, what = "problem-not-found", "这件诉求问题"


class ProblemPlaceMissing(Invalid):
    """Neither a known household nor a county."""

    slug, title = "problem-place-missing", "请写明哪一户或者哪个县"
    detail = "请写本辖区已知的一户（uscc）；不是单独一户的问题，请写所在县区（county）。"


class ProblemOfAnotherHousehold(Forbidden):
    """An operator raises problems of their own households."""

    slug, title = "another-household", "不是您的户"
    detail = "经营者只能反映自己这一户的问题。"


class OwnerElsewhere(Invalid):
    """A problem is forwarded to a department of its county or above it."""

    slug, title = "owner-elsewhere", "不能转到别处"


class OwnerAlready(Conflict):
    """A problem that is forwarded to its own owner would only get a new last day."""

    slug, title = "owner-already", "已经由这个部门办理"


class EnforcementMissing(Invalid):
    """A hand-over to enforcement names to whom; nothing else does."""

    slug, title = "enforcement-missing", "请写明移交给谁"
    detail = "移交执法查处的，请在 enforcement 中写明由哪个部门查处；其他答复不写这一项。"


class ClosedByTheSuperior(Forbidden):
    """The household has refused the answer twice: the superior bureau closes it."""

    slug, title = "closed-by-superior", "须由上一级办结"
    detail = "经营者两次表示没有解决，须由上一级市场监管部门办结。"


class AnswerNotAwaited(Conflict):
    """The household has said twice that it is not solved, or has nothing to answer to."""

    slug, title = "answer-not-awaited", "不能再表示意见"
    detail = "已经两次表示没有解决，由上一级市场监管部门办结。"


class HouseholdDecides(Conflict):
    """Whether an answer is enough is the household's to say."""

    slug, title = "household-decides", "等经营者表示意见"
    detail = "已经答复的问题由经营者表示满意或者没有解决；没有经营者可以表示意见的，才能直接办结。"
