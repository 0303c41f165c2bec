"""What can be refused about trials."""

from shared.platform.errors import Conflict, Gone, NotFound


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
