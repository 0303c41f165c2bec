"""Errors of the command line that a user reads: one plain Chinese sentence and an exit code.

Exit codes (contract): 2 wrong usage, 3 could not be done. Anything else that is raised is a fault of the
program and ends as ``deploy.local.failures`` says.
"""


class CommandError(Exception):
    """What was asked could not be done; the message is one Chinese sentence for the user."""

    exit_code = 3


class WrongUsageError(CommandError):
    """Used wrongly: a bad value, a folder that is not there, a platform that was never started."""

    exit_code = 2
