"""What can be refused about inspections."""

from shared.platform.errors import NotFound


class HouseholdNotFound(NotFound):
    """No such household in the caller's region."""

    slug, what = "household-not-found", "这一户"
