"""Errors of the command line: one plain Chinese sentence and an exit code for errors that a user can mend; for all
others one sentence on stderr and the traceback in a private log.
"""

import datetime as dt
import errno
import os
import re
import sys
import tempfile
import traceback
from pathlib import Path


class CommandError(Exception):
    """What was asked could not be done; the message is one Chinese sentence for the user."""

    exit_code = 3


class WrongUsageError(CommandError):
    """Used wrongly: a bad value, a folder that is not there, a platform that was never started."""

    exit_code = 2


EXIT_CODE = 3
LONG_NUMBER = re.compile(r"\d{7,}[0-9A-Za-z]*")


def report_failure(error: BaseException, command: str) -> int:
    """Say in one sentence what happened and where the details are; MINGLU_DEBUG=1 shows them. Exit code 3."""
    if os.environ.get("MINGLU_DEBUG"):
        traceback.print_exception(error)
    log = write_log(error, command)
    sys.stderr.write(f"错误：{failure_sentence(error)}，详情见 {log}\n")
    return EXIT_CODE


def failure_sentence(error: BaseException) -> str:
    """The user's sentence, more telling for the few errors that a user can mend."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不足，未能完成{file_of_error(error)}"
    if isinstance(error, PermissionError):
        return f"没有读写权限{file_of_error(error)}"
    if isinstance(error, MemoryError):
        return "内存不足，未能完成"
    return f"程序出错，未能完成（{type(error).__name__}）"


def file_of_error(error: OSError) -> str:
    """The file that the system's error names, if any."""
    return f"：{error.filename}" if error.filename else ""


def write_log(error: BaseException, command: str) -> Path:
    """Append the traceback to a file only this user can read; returns the file."""
    path = log_folder() / "error.log"
    text = LONG_NUMBER.sub("…", "".join(traceback.format_exception(error)))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{dt.datetime.now(dt.UTC).isoformat(timespec='seconds')} {command}\n{text}\n")
    return path


def log_folder() -> Path:
    """The user's state folder; a temporary one where that cannot be written."""
    state = os.environ.get("XDG_STATE_HOME")
    folder = (Path(state) if state else Path.home() / ".local" / "state") / "minglu"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    return folder if writable else Path(tempfile.mkdtemp(prefix="minglu-"))
