"""What can go wrong in talking to other systems; none of it reaches a caller of ours."""

from shared.platform.errors import Invalid


class PeerUnavailable(Exception):
    """The directory does not answer, or not now; it is asked again later."""


class PeerRefused(Exception):
    """The directory answers that what was sent is wrong; it is sent again later, in case that is mended."""


class PeerUnreadable(Exception):
    """The directory's answer is none that was agreed on."""


class HandInUnreadable(Invalid):
    """What was handed in at a national system cannot be opened or used."""

    slug, title = "hand-in-unreadable", "内容不能采用"
    detail = "内容无法解密：不是为异议服务加密的，或在途中被改动"
