"""What can come of reading from a service or asking it for something, as a page can say it."""

from collections.abc import Sequence

from shared.platform.errors import Forbidden, Invalid, NotFound, Unavailable, VersionMismatch


class Absent(NotFound):
    """A service knows nothing at this address."""

    slug, what = "page-not-found", "您要找的内容"


class QueryRefused(Invalid):
    """A service does not take what was asked; the sentence is its own. `fields`: name and message of each wrong one."""

    slug, title, detail = "not-accepted", "还不能这样办", "请检查输入的内容。"

    def __init__(self, detail: str = "", fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.fields = fields

    @property
    def faults(self) -> Sequence[tuple[str, str]]:
        """For the list above a form: field and message, or the whole sentence without a field."""
        return self.fields or [("", self.detail)]


class NotAllowed(Forbidden):
    """A service does not let this person do it; the sentence is its own."""

    slug, title, detail = "not-allowed", "您不能办这件事", "您的角色或辖区不包括这项操作。"


class Outdated(VersionMismatch):
    """Somebody changed it after the page was made."""

    slug, title = "outdated", "内容已变化"
    detail = "您打开页面以后，内容有了变化。请看过现在的内容再办。"


class ServiceAway(Unavailable):
    """A service does not answer, or not as described. `service`: what people call it."""

    slug, title = "service-away", "这部分内容暂时打不开"

    def __init__(self, service: str) -> None:
        super().__init__(f"{service}服务现在没有应答。您看到的地址没有错，请过一会儿再打开；急事请拨打 12315。")
        self.service = service
