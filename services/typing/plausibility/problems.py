"""What can be refused about the look at a draft."""

from shared.platform.errors import Conflict


class RunNotTyped(Conflict):
    """The run has typed nobody yet, or its files are gone."""

    slug, title = "run-not-typed", "批次还没有判定结果"
    detail = "批次判定完成以后、作废以前，才能查看"
