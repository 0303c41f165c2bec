"""What can be refused about surveys."""

from shared.platform.errors import Conflict, Invalid, MakerIsNotChecker, NotFound


class SurveyNotFound(NotFound):
    """No such survey in the caller's region, or no invitation to it."""

    slug, what = "survey-not-found", "这份问卷"


class SurveyWrong(Invalid):
    """What was entered is no questionnaire; the detail says what is wrong and what would be right."""

    slug, title = "survey-wrong", "问卷写得不对"


class AnswersWrong(Invalid):
    """The answers do not fit the questions; the detail says which."""

    slug, title = "survey-answers-wrong", "回答与问卷不符"


class NobodyToInvite(Conflict):
    """There is no household on the panel."""

    slug, title = "survey-nobody-to-invite", "没有可以邀请的户"
    detail = "辖区内没有符合条件的户：抽样的，核对类型；联系点，先确定联系点。"


class SurveyOver(Conflict):
    """The last day for answers is over."""

    slug, title, detail = "survey-over", "问卷已经截止", "回答的最后一天已经过去。"


class SurveyStillOpen(Conflict):
    """Results are shown once nobody can answer any more."""

    slug, title = "survey-still-open", "问卷还没有截止"
    detail = "截止以后才给结果：逐日看结果，能推算出某一户怎样回答。"


class SurveyTakenBack(Conflict):
    """A survey that was withdrawn has no results."""

    slug, title, detail = "survey-withdrawn", "问卷已经撤回", "撤回的问卷没有结果：已经收到的回答不完整，不作数。"


class AnsweredAlready(Conflict):
    """The household has answered."""

    slug, title, detail = "survey-answered", "已经回答过", "一户只回答一次；回答不记名，收下以后不能更改。"


class OwnSurvey(MakerIsNotChecker):
    """Who proposed a survey does not open it."""

    detail = "问卷由提出以外的另一人批准发出。"
