"""What can be refused about checks."""

from shared.platform.errors import Conflict, NotFound


class CheckNotFound(NotFound):
    """No such check, or none of the caller's region."""

    slug, what = "base-check-not-found", "这次比对"


class CheckUnderWay(Conflict):
    """The region is being checked."""

    slug, title = "base-check-under-way", "正在比对"
    detail = "这个地区正在与法人库比对，请等它完成。"


class BaseNotConnected(Conflict):
    """No base is set."""

    slug, title = "base-not-connected", "没有接入法人库"
    detail = "没有设置国家法人库的接口，不能比对。"
