"""What can be refused about standards."""

from shared.platform.errors import NotFound


class StandardNotFound(NotFound):
    """No policy applies in the region on the day."""

    slug, title = "standard-not-found", "没有适用的政策"
