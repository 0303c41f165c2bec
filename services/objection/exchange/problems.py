"""What can go wrong in talking to other systems; none of it reaches a caller of ours."""


class PeerUnavailable(Exception):
    """The directory does not answer, or not now; it is asked again later."""


class PeerRefused(Exception):
    """The directory answers that what was sent is wrong; it is sent again later, in case that is mended."""


class PeerUnreadable(Exception):
    """The directory's answer is none that was agreed on."""


class HandInRefused(Exception):
    """What was handed in at a national system cannot be opened or used; the message says why, in Chinese, and repeats
    nothing of it.
    """
