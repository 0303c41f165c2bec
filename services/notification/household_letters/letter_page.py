"""The letter as a page to print: the notification's words, the bureau that one can ask, and a receipt to be signed.

It loads nothing from anywhere and runs no script; browsers print it on two sheets of A4, letter and receipt.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.notification.household_letters.domain import ServiceManner

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@cache
def template() -> Template:
    """`letter.html` beside this module; whatever is put into it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("letter.html")


def letter_response(words: Mapping[str, object]) -> HTMLResponse:
    """The page with these words."""
    page = template().render(**words, manners=[one.label for one in ServiceManner])
    return HTMLResponse(page, headers=dict(HEADERS))
