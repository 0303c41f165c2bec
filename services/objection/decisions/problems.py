"""What can be refused about proposals and decisions."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound


class DecisionNotFound(NotFound):
    """No such proposal that the caller may see."""

    slug, what = "decision-not-found", "这份处理意见"


class NothingToCorrect(Invalid):
    """An upheld objection to a typing result that names neither a correction nor another reading."""

    slug, title = "nothing-to-correct", "没有写明更正什么"
    detail = (
        "对分型结果的异议成立的，须写明采用部门核实后更正的哪几项数据，或者写明改采哪种读法；"
        "都没有的，类型不会变化，请提出异议不成立并说明理由。"
    )


class CorrectionUnusable(Invalid):
    """One of the verifications named holds no corrected row, is another objection's, or is named twice."""

    slug, title = "correction-unusable", "不能采用这项核实"


class ReadingMissing(Invalid):
    """The objection is about a reading, and the proposal does not say which reading stands; or it names none."""

    slug, title = "reading-missing", "没有写明读法"


class ReadingDecidedElsewhere(Forbidden):
    """The policy names another bureau as the one that decides how the phrase is read."""

    slug, title = "reading-decided-elsewhere", "读法由另一机关决定"


class WorseOnlyUpheld(Invalid):
    """A dismissed objection changes nothing, so it makes nothing worse."""

    slug, title = "worse-only-upheld", "不成立的异议不会使结果变差"
    detail = "只有异议成立、更正后结果可能变差的，才写 worse。"


class NothingToGiveUp(Conflict):
    """No correction of the objection waits for what the objector says."""

    slug, title = "nothing-to-give-up", "没有可以放弃的更正"
    detail = "这件异议没有会使结果变差、正在等您表示意见的更正。"


class WorseNotTold(Conflict):
    """The decision would be worse for the objector, who has not been told or may still withdraw."""

    slug, title = "worse-not-told", "须先告知异议人"


class NotWorse(Conflict):
    """There is nothing to warn of, or it was told before."""

    slug, title = "not-worse", "不必告知"
    detail = "处理意见没有写明结果可能变差，或者已经告知过。"


class NotAnswered(Conflict):
    """Neither answered nor declined yet."""

    slug, title = "not-answered", "还没有答复"
    detail = "这件异议还没有答复，也没有不予受理，没有可以打印的答复书。"
