"""What can be refused about recognitions."""

from shared.platform.errors import Forbidden, NotFound


class RecognitionNotFound(NotFound):
    """No such recognition that the caller may see."""

    slug, what = "recognition-not-found", "这项认定"


class RecognisedAtAnotherLevel(Forbidden):
    """What follows a recognition is done by the level that recognised (认定部门)."""

    slug, title = "another-level", "不由本级办理"
