"""What can be refused about the directory."""

from shared.platform.errors import Invalid, NotFound


class HouseholdNotFound(NotFound):
    """The same answer for a code that never existed and one outside the published runs."""

    slug, title = "household-not-found", "没有查到"
    detail = "名录中没有这个统一社会信用代码"


class SearchTooWide(Invalid):
    """More must be said before the directory is searched."""

    slug, title = "search-too-wide", "查询条件不足"


class PolicyNotFound(NotFound):
    """No such policy."""

    slug, title = "policy-not-found", "没有这个政策"
