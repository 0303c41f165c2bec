"""What can be refused about an inbox."""

from shared.platform.errors import NotFound


class NotificationNotFound(NotFound):
    """No such notification in the caller's inbox."""

    slug, what = "notification-not-found", "这条通知"
