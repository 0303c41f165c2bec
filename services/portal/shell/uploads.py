"""A file that was chosen in a form, as a service takes it."""

from dataclasses import dataclass

from services.portal.shell.forms import Form
from services.portal.shell.refusals import Faults
from services.portal.upstream.calls import Change

LONGEST_NAME = 100
NO_FILE: Faults = [("", "还没有选文件。请先选照片或文件。")]


@dataclass(frozen=True)
class Upload:
    """The content under the form's key, and the file's name without what nobody sees."""

    name: str
    change: Change


async def upload_of(form: Form) -> Upload | None:
    """The file; None if none was chosen. What it holds, the service looks at itself."""
    file = form.file("file")
    if file is None:
        return None
    name = "".join(one for one in file.filename or "" if one.isprintable())[-LONGEST_NAME:]
    return Upload(name, Change(form.key, content=await file.read(), media_type="application/octet-stream"))
