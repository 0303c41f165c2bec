"""What can be refused about recognitions."""

from shared.platform.errors import NotFound


class RecognitionNotFound(NotFound):
    """No such recognition that the caller may see."""

    slug, what = "recognition-not-found", "这项认定"
