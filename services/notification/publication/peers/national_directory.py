"""The national directory (全国“个体工商户名录”): NDJSON pages, signed requests, every answer in an envelope with HTTP
200, field codes as in the data standards of market regulation.

A proposal, as docs/national-systems.md says.
"""

from typing import Final

from services.notification.publication.peers.wire import (
    DONE,
    PUT,
    RECEIVING,
    REMOVE,
    WORKING,
    Envelope,
    WireFormat,
    numbered,
)
from services.notification.publication.systems import Kind, System

FORMAT: Final = WireFormat(
    system=System.NATIONAL_DIRECTORY,
    paths={
        "page": "/gtml/exchange/batch/{batch}/page/{number}",
        "seal": "/gtml/exchange/batch/{batch}/commit",
        "ask": "/gtml/exchange/batch/{batch}",
        "rejected": "/gtml/exchange/batch/{batch}/errors",
        "summaries": "/gtml/exchange/summary",
        "held": "/gtml/exchange/records",
        "household": "/gtml/exchange/subject/{uscc}",
        "handed_in": "/gtml/exchange/submissions",
    },
    words={
        "batch": "BATCHNO",
        "number": "PAGENO",
        "pages": "PAGES",
        "received": "RECEIVED",
        "records": "RECNUM",
        "digest": "DIGEST",
        "rows": "ROWS",
        "ticket": "ACCNO",
        "state": "STATUS",
        "rejected": "ERRNUM",
        "asked": "FROM",
        "after": "CURSOR",
        "more": "HASMORE",
        "kind": "RECTYPE",
        "key": "RECID",
        "uscc": "UNISCID",
        "region": "REGCODE",
        "version": "REVNO",
        "operation": "OPTYPE",
        "content": "DATA",
        "other": "EXT",
        "code": "ERRCODE",
        "message": "ERRMSG",
        "since": "ACCTIME",
    },
    kinds={Kind.TYPE: "01", Kind.TYPING_STANDARD: "02"},
    fields={
        "uscc": "UNISCID",
        "name": "TRANAME",
        "type_label": "FXTYPE",
        "year": "ANCHEYEAR",
        "region": "REGCODE",
        "title": "STDNAME",
        "document": "DOCNO",
        "version": "STDVER",
        "published_on": "PUBDATE",
        "url": "URL",
        "text": "STDTEXT",
    },
    values={"type_label": {"生存型": "FX01", "成长型": "FX02", "发展型": "FX03", "不符合分型条件": "FX99"}},
    codes=numbered("E1", 3),
    states={RECEIVING: "10", WORKING: "20", DONE: "30"},
    operations={PUT: "U", REMOVE: "D"},
    dates=frozenset({"published_on"}),
    lines=True,
    signed=True,
    envelope=Envelope(code="code", message="msg", data="data", success="0"),
)
