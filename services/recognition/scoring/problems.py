"""What can be refused about scoring."""

from shared.platform.errors import Conflict, Forbidden, Invalid, MakerIsNotChecker, NotFound


class SeasonWithoutSheet(Conflict):
    """The season was opened without a scoring sheet."""

    slug, title = "season-without-sheet", "本季没有评分表"
    detail = "这个认定季开始时没有生效的评分表，按分类标准的分数择优，不用评分"


class AssessorOfAnotherCounty(Forbidden):
    """An assessor whose region does not hold the county."""

    slug, title = "assessor-of-another-county", "评审员不属于本县"


class NotAnAssessor(Forbidden):
    """The caller was not appointed for the season."""

    slug, title = "not-an-assessor", "您不是本季的评审员"
    detail = "没有指定您为这个认定季的评审员；请与选择的市场监督管理部门联系"


class AssessorUnknown(Invalid):
    """Somebody who was not appointed for the season."""

    slug, title = "assessor-unknown", "不是本季的评审员"


class AssessorAppointed(Conflict):
    """The assessor was appointed before."""

    slug, title = "assessor-appointed", "已是评审员"


class NotToBeScored(Conflict):
    """Applications that do not wait for the selection, or were scored before; `reasons` says which."""

    slug, title = "not-to-be-scored", "有不能评分的申报"


class NotAssigned(NotFound):
    """The caller does not score this application."""

    slug, title = "not-assigned", "没有安排您打分"
    detail = "没有安排您为这份申报打分，或这一轮评分已经结束"


class ScoresWrong(Invalid):
    """Points that the sheet does not allow; `reasons` says what of each."""

    slug, title = "scores-wrong", "打分不对"


class FindingsWrong(Invalid):
    """Findings that the sheet does not ask for; `reasons` says what of each."""

    slug, title = "indicator-findings-wrong", "查明的情况不对"


class AssessorRecused(Forbidden):
    """The assessor does not score this application."""

    slug, title = "assessor-recused", "应当回避"


class AssessorFinds(MakerIsNotChecker):
    """An assessor would also establish what the application is scored on."""

    title = "评审员不能查明情况"
    detail = "您是这份申报的评审员，分档的情况请由另一名经办人员查明"


class RecusalOfOther(Forbidden):
    """Somebody who is no officer speaks for another assessor."""

    slug, title = "recusal-of-other", "不能替他人申明回避"
    detail = "您只能申明自己的回避；他人的回避由有权择优的市场监管部门经办人员登记"


class AssessorRecusesOther(MakerIsNotChecker):
    """An assessor would make another's points count no more."""

    title = "评审员不能使他人回避"
    detail = "您是本季的评审员，其他评审员的回避请由不打分的经办人员登记"


class AssessorClosesOrDecides(MakerIsNotChecker):
    """An assessor of the season would close the scoring or record the decision."""

    title = "评审员不能办理"
    detail = "您是本季的评审员，结束评分、登记会议决定请由另一名人员办理"


class ScoringIncomplete(Conflict):
    """The round cannot be closed yet; `reasons` says why."""

    slug, title = "scoring-incomplete", "评分还不能结束"


class NothingToScore(Conflict):
    """No application waits for its points."""

    slug, title = "nothing-to-score", "没有要评分的申报"
    detail = "没有等待评分的申报"


class RoundNotClosed(Conflict):
    """The meeting decides on closed scores."""

    slug, title = "round-not-closed", "评分还没有结束"
    detail = "请先结束评分，再登记会议的决定"


class DecisionOfOwnClosing(MakerIsNotChecker):
    """Who closed the round does not record the meeting's decision."""

    title = "须由另一人登记"
    detail = "结束评分的人不能登记会议的决定，请由另一名人员登记"


class SendingBackOfOwnClosing(MakerIsNotChecker):
    """Who closed the round does not send it back."""

    title = "须由另一人退回"
    detail = "结束评分的人不能自己退回重评，请由另一名审批人员办理"


class PointsKept(Conflict):
    """Points that were given before a closed round was sent back do not change: their results were seen."""

    slug, title = "points-kept", "已打的分不能再改"


class DecisionWrong(Invalid):
    """A decision that cannot be: in the future, before the scores, about others; `reasons` says why."""

    slug, title = "meeting-decision-wrong", "会议的决定不对"


class ScoreNotShown(NotFound):
    """There is no score that the caller may see yet."""

    slug, title = "score-not-shown", "没有可以查看的评分"
    detail = "没有这份申报的评分，或还不能查看：经营者在会议决定登记以后可以看自己的，公示以后可以看同季入选的"
