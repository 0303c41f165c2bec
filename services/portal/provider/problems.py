"""What can go wrong while somebody signs in, as a page can say it."""

from shared.platform.errors import Forbidden, Unavailable


class SignInRefused(Forbidden):
    """What came back from the provider is not what was asked for, or not from this browser."""

    slug, title = "sign-in-refused", "登录没有完成"
    detail = "登录没有完成，可能是等得太久，或者在别的窗口里登录了。请重新登录。"


class ProviderAway(Unavailable):
    """The provider does not answer, or none is set."""

    slug, title = "provider-away", "暂时不能登录"
    detail = "统一身份认证现在没有应答。不登录也可以查名录；请过一会儿再登录，急事请拨打 12315。"
