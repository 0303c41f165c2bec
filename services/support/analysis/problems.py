"""What can be refused about quarterly analyses."""

from shared.platform.errors import Conflict, Invalid, NotFound


class AnalysisNotFound(NotFound):
    """The caller's region has made no analysis of this quarter."""

    slug, what = "analysis-not-found", "这一季度的分析"


class QuarterNotOver(Invalid):
    """A quarter that still runs, or has not begun; the detail says its last day."""

    slug, title = "quarter-not-over", "这一季度还没有结束"


class AnalysisMade(Conflict):
    """An analysis is made once."""

    slug, title = "analysis-made", "这一季度的分析已经形成"
    detail = "一个季度只形成一次，数字不再改变：前后两次的差别会显出个别户的情况。请直接查看。"
