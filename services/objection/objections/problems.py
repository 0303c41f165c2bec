"""What can be refused about any objection."""

from shared.platform.errors import NotFound


class ObjectionNotFound(NotFound):
    """No such objection that the caller may see."""

    slug, what = "objection-not-found", "这件异议"
