"""What can be wrong with an application that was handed in elsewhere, beside all that applying refuses."""


class HandInRefused(Exception):
    """What was handed in cannot be opened or used; the message says why, in Chinese, and repeats nothing of it."""


class NotYetKnown(Exception):
    """The household's register entry or type has not been heard of: by the usual order of things it comes soon."""
