"""The errors of the feeds: a folder, file or delivery that is refused as a whole.

A single bad row is never an error: it becomes a line of the rejects.
"""


class FeedsError(Exception):
    """A file or delivery refused whole; the message is one Chinese sentence without personal data."""


class FolderNotUsable(FeedsError):
    """The folder does not exist or cannot be listed: wrong usage, where FeedsError is bad data."""
