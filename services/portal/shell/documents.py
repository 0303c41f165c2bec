"""A document that somebody handed in, or a picture that a service drew, shown where it can do nothing."""

import httpx
from fastapi.responses import Response

SHOWN_AS_IS = ("application/pdf", "image/jpeg", "image/png")
"""Media types that a browser shows; whatever else a service answered is only offered to be saved"""


PICTURE = "image/svg+xml"


def picture_answer(answer: httpx.Response) -> Response:
    """As a service drew it: shown in a page of ours, or opened by itself to be printed."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.content, headers=headers, media_type=PICTURE)


def document_answer(answer: httpx.Response) -> Response:
    """As a service answered it."""
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    shown = media_type in SHOWN_AS_IS
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": "inline" if shown else "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.content, headers=headers, media_type=media_type if shown else "application/octet-stream")
