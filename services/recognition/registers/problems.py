"""What can be refused about the registers."""

from shared.platform.errors import NotFound


class HouseholdNotFound(NotFound):
    """The register has no such household that the caller may act for."""

    slug, title = "household-not-found", "没有这一户"
