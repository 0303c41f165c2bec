"""The province's directory (省级个体工商户名录): JSON pages, Bearer token, fields by the initials of their Pinyin.

A proposal, as docs/national-systems.md says; a province's own interface takes its place here.
"""

from typing import Final

from services.notification.publication.peers.wire import (
    DONE,
    PUT,
    RECEIVING,
    REMOVE,
    WORKING,
    HandInForm,
    WireFormat,
    numbered,
)
from services.notification.publication.systems import Kind, System

FORMAT: Final = WireFormat(
    system=System.PROVINCE_DIRECTORY,
    paths={
        "page": "/api/v1/sbpc/{batch}/ye/{number}",
        "seal": "/api/v1/sbpc/{batch}/fc",
        "ask": "/api/v1/sbpc/{batch}",
        "rejected": "/api/v1/sbpc/{batch}/thjl",
        "summaries": "/api/v1/ml/tj",
        "held": "/api/v1/ml/jl",
        "household": "/api/v1/ml/zt/{uscc}",
        "handed_in": "/api/v1/ml/sj",
        "answer": "/api/v1/ml/sj/{reference}",
    },
    words={
        "batch": "pch",
        "number": "yh",
        "pages": "ys",
        "received": "ysym",
        "records": "jls",
        "digest": "zy",
        "rows": "sj",
        "ticket": "slh",
        "state": "zt",
        "rejected": "ths",
        "asked": "qsyb",
        "after": "yb",
        "more": "sfyw",
        "kind": "jllx",
        "key": "jlzj",
        "uscc": "tyshxydm",
        "region": "xzqh",
        "version": "xdh",
        "operation": "czlx",
        "content": "bznr",
        "other": "kzxx",
        "code": "jym",
        "message": "jyxx",
        "since": "jssj",
        "reference": "sxbh",
        "outcome": "cljg",
        "reason": "clsm",
    },
    kinds={Kind.TYPE: "FX", Kind.TYPING_STANDARD: "FXBZ"},
    fields={
        "uscc": "tyshxydm",
        "name": "mc",
        "type_label": "fxlx",
        "year": "nd",
        "region": "xzqh",
        "title": "bzmc",
        "document": "wh",
        "version": "bbh",
        "published_on": "fbrq",
        "url": "wz",
        "text": "zw",
    },
    values={"type_label": {"生存型": "1", "成长型": "2", "发展型": "3", "不符合分型条件": "9"}},
    codes=numbered("ML"),
    states={RECEIVING: "0", WORKING: "1", DONE: "2"},
    operations={PUT: "1", REMOVE: "0"},
    outcomes={"taken": "1", "matched": "2", "refused": "9"},
    hand_ins=HandInForm(fields={}, values={}),
)
