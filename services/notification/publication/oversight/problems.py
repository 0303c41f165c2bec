"""What is refused when officers look at publication and act on it."""

from shared.platform.errors import Conflict, Forbidden, NotFound


class RowNotFound(NotFound):
    """No such record at that system in the caller's region."""

    slug, what = "publication-row-not-found", "这条上报记录"


class HouseholdNotFound(NotFound):
    """Nothing is published of such a household, or it lies outside the caller's region."""

    slug, what = "publication-household-not-found", "这一户的上报记录"


class BatchNotFound(NotFound):
    """No such batch."""

    slug, what = "publication-batch-not-found", "这一批"


class NotRejected(Conflict):
    """Only what a system has refused is sent again by hand; the rest goes by itself."""

    slug, title = "publication-not-rejected", "不能重新上报"
    detail = "只有对方退回的记录需要重新上报；其余的由系统自动上报。"


class NotOverdue(Conflict):
    """A batch is ended by hand only after the system has had it for a long time."""

    slug, title = "publication-batch-not-overdue", "不能结束这一批"
    detail = "只有对方收到后长时间没有说明结果的批次可以由人结束；其余的由平台自动办理。"


class ProvinceOnly(Forbidden):
    """A batch holds records of many counties, so only the province sees it."""

    slug, title = "publication-batches-of-province", "须由省级办理"
    detail = "一批含有各县的记录，由省级（直辖市为市级）市场监管部门查看和办理。"
