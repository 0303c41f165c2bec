"""What can be refused about trials."""

from shared.platform.errors import Conflict, Gone, Invalid, NotFound


class TrialNotFound(NotFound):
    """No such trial in the caller's region."""

    slug, title = "trial-not-found", "没有这次试算"
    detail = "没有这次试算，或不在您的管辖范围内，或已过保存期"


class TrialNotDone(Conflict):
    """The trial has no result: it is not done, or it failed."""

    slug, title = "trial-not-done", "没有试算结果"


class TrialGone(Gone):
    """The run was discarded, and the trial's files with it."""

    slug, title = "trial-gone", "试算数据已清除"
    detail = "批次已作废，试算的户名单已随批次清除"


class RunNotFrozen(Conflict):
    """The run has no snapshot to try a policy on."""

    slug, title = "run-not-frozen", "批次没有可用的数据"


class DraftTooCostly(Invalid):
    """Reading the draft took more memory or time than a draft may."""

    slug, title = "draft-too-costly", "草案读不完"
    detail = "读这份草案超出了允许的内存或时间。请检查有没有层层引用（YAML 的 & 和 *）或过深的嵌套，改写后再试。"
