"""The page that holds what somebody had filled in when it could not be done, with the button that sends it again."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.portal.shell.rendering import address_of, page

HAN = re.compile(r"[\u4e00-\u9fff]")
"""Only what somebody wrote is shown, no codes of choices"""
EXPIRED = "提交的时候登录已经过期，所以还没有办理。您填写的内容已为您保留，现在可以继续提交。"
AWAY = "{service}服务现在没有应答，还不知道有没有办成。您填写的内容都在，请过一会儿再提交；多提交几次也只办一次。"
AWAY_WITH_FILE = "{service}服务现在没有应答，还不知道有没有办成。选过的文件没有保留，请过一会儿回到刚才那一页再传。"


def filled_in_page(
    request: Request, action: str, fields: Sequence[tuple[str, str]], why: str, status: int = HTTPStatus.OK
) -> HTMLResponse:
    """`action`: where the form goes; `why` it could not be done. A form without fields is not offered again."""
    shown = [value for name, value in fields if HAN.search(value) and not name.startswith("_")]
    asked_for = address_of(request)
    back = asked_for if asked_for != request.url.path else "/"
    return page(request, "kept-form.html", status=status, action=action, fields=fields, shown=shown, why=why, back=back)
