"""What can be refused about accounts."""

from shared.platform.errors import Conflict, Forbidden, NotFound, VersionMismatch


class NotAdmitted(Forbidden):
    """The identity provider knows the person, the portal does not, or not as what the provider says."""

    slug, title = "no-account", "您还没有账号"
    detail = "统一身份认证认识您，但本单位还没有为您开通账号，或账号已停用。请找本单位的安全管理员开通。"


class AccountNotFound(NotFound):
    """No account of that name."""

    slug, what = "account-not-found", "这个账号"


class AccountExists(Conflict):
    """An account is opened for somebody who has one."""

    slug, title = "account-exists", "已经有账号"
    detail = "这个用户标识已经有账号。要更改或重新启用，请从全部账号里打开它。"


class AccountChanged(VersionMismatch):
    """Somebody changed it after the page was made."""

    slug, title = "account-changed", "账号已被他人更改"
    detail = "您打开页面以后，这个账号有了变化。请看过现在的内容再改。"
