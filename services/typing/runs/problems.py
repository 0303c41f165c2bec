"""What can be refused about runs and closings."""

from shared.platform.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class ClosingInFuture(Invalid):
    """Annual reports that have not closed yet."""

    slug, title = "closing-in-future", "年报尚未结束"


class ClosingOutOfSeason(Invalid):
    """Annual reports close in the year after the figures'."""

    slug, title = "closing-out-of-season", "年报结束日期不对"


class ClosingDiffers(Conflict):
    """The annual reports of the region and year closed on another day."""

    slug, title = "closing-differs", "年报结束日期不一致"


class ClosingOfAnotherLevel(Forbidden):
    """Another level's bureaus order the year's typing."""

    slug, title = "closing-of-another-level", "集中分型由另一级发起"


class PoliciesOverlap(Conflict):
    """Two policies would type the same region."""

    slug, title = "policies-overlap", "同一地区有两个政策"


class TooManyWaiting(TooMany):
    """The person, or the region, has too much work waiting."""

    slug, title = "too-many-waiting", "排队中的任务太多"
    detail = "您本人或该地区排队中的任务已达上限，请等其中一些完成后再发起"


class RunNotFound(NotFound):
    """No such run in the caller's region."""

    slug, what = "run-not-found", "这个批次"


class RunNotPublished(Conflict):
    """Only a published run is exported."""

    slug, title = "run-not-published", "批次尚未发布"
    detail = "只有已发布的批次才能导出报送文件"


class PublicationRefused(Conflict):
    """The draft may not be published; `reasons` says why."""

    slug, title = "publication-refused", "不能发布"
