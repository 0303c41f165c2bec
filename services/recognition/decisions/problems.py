"""What can be refused about the decision."""

from shared.platform.errors import Conflict, MakerIsNotChecker


class StepsMissing(Conflict):
    """A step before the decision was not passed."""

    slug, title = "steps-missing", "程序没有走完"


class ObjectionsOpen(Conflict):
    """An objection to the public notice is open."""

    slug, title = "objections-open", "公示异议尚未办结"
    detail = "公示期间对这一户提出的异议还没有办结，办结后才能决定；同一公示上没有异议的可以先决定"


class DecisionByMaker(MakerIsNotChecker):
    """Who worked on the application does not decide on it."""

    title = "须由另一人认定"
    detail = "经办过这份申报的人不能作出认定决定，请由另一名人员决定"


class NotRecognisable(Conflict):
    """The household can no longer be recognised; `reasons` says why."""

    slug, title = "not-recognisable", "不能认定"


class QuotaFull(Conflict):
    """All places are taken."""

    slug, title = "quota-full", "名额已满"


class OnePerPerson(Conflict):
    """Another household of the operator is recognised in the county."""

    slug, title = "one-per-person", "一人一户"
    detail = "同一经营者在本县已有一户获得认定"


class AlreadyRecognised(Conflict):
    """The household is recognised."""

    slug, title = "recognised", "已经认定"
    detail = "这一户已经是“名特优新”个体工商户"


class RefusalByMaker(MakerIsNotChecker):
    """Who worked on the application does not refuse it at the decision."""

    title = "须由另一人决定"
    detail = "经办过这份申报的人不能作出决定，请由另一名人员决定"
