"""What can be refused about papers."""

from shared.platform.errors import Conflict


class NotRefused(Conflict):
    """The application was not refused."""

    slug, title = "not-refused", "没有不予认定"
    detail = "这份申报没有被不予认定，没有告知书。"


class NobodyRecognised(Conflict):
    """Nobody was recognised in the season, or on that day."""

    slug, title = "nobody-recognised", "没有认定"
    detail = "这个认定季（或这一天）没有认定任何一户，没有认定文件。"
