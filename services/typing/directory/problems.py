"""What can be refused about the directory."""

from shared.platform.errors import Invalid, NotFound


class HouseholdNotFound(NotFound):
    """One answer for codes that never existed and for codes outside the published runs."""

    slug, title = "household-not-found", "没有查到"
    detail = "名录中没有这个统一社会信用代码"


class SearchTooWide(Invalid):
    """The query is too broad to search the directory."""

    slug, title = "search-too-wide", "查询条件不足"


class PolicyNotFound(NotFound):
    """No such policy."""

    slug, title = "policy-not-found", "没有这个政策"
