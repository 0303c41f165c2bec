"""`page`: a template as an answer, with the headers that every page has.

Pages run no script, load nothing from elsewhere and are framed by nobody.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal.sessions.signed_in import SIGNED_IN, SignedIn
from services.portal.shell.assets import asset_address
from services.portal.shell.local import is_local
from services.portal.shell.menu import menu_of, sections_of
from services.portal.shell.words import NAVIGATION, ROLES, TYPES, VIEWS
from shared import clock
from shared.platform.identity import NO_REGION, SAFE_METHODS
from shared.reference.regions import full_region_name, region_name

VIEW_COOKIE = "view"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept, Cookie",
    "X-Content-Type-Options": "nosniff",
}
WEEKDAYS = "一二三四五六日"


@cache
def environment() -> Environment:
    """The templates; whatever is put into them is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "asset": asset_address,
        "navigation": NAVIGATION,
        "views": VIEWS,
        "types": TYPES,
        "who": who,
        "new_key": lambda: str(uuid.uuid4()),
    }
    made.filters |= {
        "day": day,
        "moment": moment,
        "thousands": lambda number: f"{number:,}",
        "region": lambda code: region_name(code) or "未知地区",
        "whole_region": lambda code: full_region_name(code) or "未知地区",
    }
    return made


def page(
    request: Request, template: str, *, status: int = HTTPStatus.OK, keep: int = 0, **values: object
) -> HTMLResponse:
    """The template with these values. `keep`: seconds that browsers and proxies may keep the page."""
    view = request.cookies.get(VIEW_COOKIE, "")
    signed_in: SignedIn | None = request.scope.get(SIGNED_IN)
    text = (
        environment()
        .get_template(template)
        .render(
            **values,
            view=view if view in VIEWS else "",
            path=request.url.path,
            here=address_of(request),
            today=clock.today(),
            signed_in=signed_in,
            sections=sections_of(signed_in),
            menu=menu_of(signed_in),
        )
    )
    caching = f"public, max-age={keep}" if keep and signed_in is None else "no-store"
    return HTMLResponse(text, status, {**HEADERS, "Cache-Control": caching})


def address_of(request: Request) -> str:
    """Where this page is opened again; what a form was posted to opens nothing, so there the page with the form."""
    if request.method in SAFE_METHODS:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    host, _, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    ours = host == request.headers.get("host") and is_local(f"/{path}")
    return f"/{path}" if ours else "/"


def day(value: dt.date) -> str:
    """A day as people say it: 2026年7月1日（星期三）."""
    return f"{value.year}年{value.month}月{value.day}日（星期{WEEKDAYS[value.weekday()]}）"


def moment(value: dt.datetime) -> str:
    """An instant as a clock in China shows it: 2026年7月1日 15:04."""
    local = value.astimezone(clock.CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def who(signed_in: SignedIn) -> str:
    """Who is signed in, in words: name, what they are, where or for whom."""
    caller = signed_in.caller
    roles = "、".join(ROLES[role] for role in sorted(caller.roles))
    place = "" if caller.region in ("", NO_REGION) else (full_region_name(caller.region) or caller.region)
    whole = place or ("全国" if caller.region == "" else "")
    department = caller.department.label if caller.department else ""
    return "，".join(one for one in (signed_in.name, whole + department, roles) if one)


def address(path: str, **query: str) -> str:
    """A page's address with the criteria that are given."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
