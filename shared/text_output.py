"""Output on terminals and pipes of any encoding."""

import contextlib
import io
import sys


def spell_what_cannot_be_shown() -> None:
    """A character that stdout or stderr cannot encode is written as an escape (`\\u5409`) from now on.

    A terminal may be GBK or Latin-1, and file names may hold bytes of another encoding: no output ends a command.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError):  # closed
                stream.reconfigure(errors="backslashreplace")
