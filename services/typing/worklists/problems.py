"""What can be refused about lists of households to reach out to."""

from shared.platform.errors import Conflict


class ReportsNotDelivered(Conflict):
    """Without a delivery of registration or of annual reports nobody can say who has not reported."""

    slug, title = "reports-not-delivered", "还不能列出未报年报的户"


class DraftNotReady(Conflict):
    """The run has no draft to be looked at, or its files are gone."""

    slug, title = "draft-not-ready", "没有可以查看的草稿"
    detail = "只有草稿和刚发布的批次可以列出；还没有判定完的请稍后再看，作废、失败的没有"
