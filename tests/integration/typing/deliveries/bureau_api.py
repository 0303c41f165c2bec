"""A bureau's paged HTTP API on loopback that misbehaves as it is told."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PER_PAGE = 2


class BureauApi:
    """Rows in pages of two; cursors are "p1", "p2", …. `trouble` holds what goes wrong next, first come first.

    Trouble: an HTTP status; ("retry-after", seconds); "hang", "cut" (half the body), "html", "redirect".
    """

    def __init__(self, rows: list[dict[str, Any]], port: int) -> None:
        self.rows, self.port = rows, port
        self.trouble: list[object] = []
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()
        self.pages: dict[str, dict[str, Any]] = {}

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/tax"

    def page(self, cursor: str) -> dict[str, Any]:
        """The page for a cursor, unless a test has put another in its place."""
        if cursor in self.pages:
            return self.pages[cursor]
        number = int(cursor.removeprefix("p") or 0)
        rows = self.rows[number * PER_PAGE : (number + 1) * PER_PAGE]
        last = (number + 1) * PER_PAGE >= len(self.rows)
        return {"rows": rows, "next": None if last else f"p{number + 1}"}


class Handler(BaseHTTPRequestHandler):
    """Answers for the BureauApi of its server."""

    api: BureauApi

    def do_GET(self) -> None:
        cursor = parse_qs(urlsplit(self.path).query).get("cursor", [""])[0]
        self.api.asked.append(cursor)
        self.api.tokens.add(self.headers.get("Authorization"))
        trouble = self.api.trouble.pop(0) if self.api.trouble else None
        body = json.dumps(self.api.page(cursor)).encode()
        if trouble == "hang":
            time.sleep(1.0)
        if trouble == "html":
            body = b"<html>maintenance</html>"
        status = trouble if isinstance(trouble, int) else {"redirect": 302}.get(str(trouble), 200)
        headers = {"Location": "http://127.0.0.1:1/elsewhere"} if trouble == "redirect" else {}
        if isinstance(trouble, tuple):
            status, headers = 429, {"Retry-After": str(trouble[1])}
        self.answer(int(status), headers, body, cut=trouble == "cut")

    def answer(self, status: int, headers: dict[str, str], body: bytes, *, cut: bool) -> None:
        try:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def bureau_api(rows: list[dict[str, Any]], tls: ssl.SSLContext | None = None) -> Iterator[BureauApi]:
    """The API, served by threads until the end of the block; over https where it has a certificate."""

    class OneApi(Handler):
        """The handler of this API alone: `api` is an attribute of the class."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), OneApi)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    api = OneApi.api = BureauApi(rows, server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
