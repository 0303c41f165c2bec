"""The national enterprise credit publicity system (国家企业信用信息公示系统): annotations (标注) under a household,
signed JSON requests, dates without hyphens.

A proposal, as docs/national-systems.md says.
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
    system=System.CREDIT_PUBLICITY,
    paths={
        "page": "/gsgw/bz/pc/{batch}/ym/{number}",
        "seal": "/gsgw/bz/pc/{batch}/tj",
        "ask": "/gsgw/bz/pc/{batch}",
        "rejected": "/gsgw/bz/pc/{batch}/jyjg",
        "summaries": "/gsgw/bz/hz",
        "held": "/gsgw/bz/mx",
        "household": "/gsgw/bz/zt/{uscc}",
        "handed_in": "/gsgw/nb/tz",
        "answer": "/gsgw/nb/tz/{reference}",
    },
    words={
        "batch": "batchId",
        "number": "pageNo",
        "pages": "pageTotal",
        "received": "pageNos",
        "records": "total",
        "digest": "sha256",
        "rows": "list",
        "ticket": "acceptNo",
        "state": "batchState",
        "rejected": "failTotal",
        "asked": "fromKey",
        "after": "nextKey",
        "more": "hasNext",
        "kind": "bzlx",
        "key": "bzid",
        "uscc": "uniscid",
        "region": "djjg",
        "version": "xdh",
        "operation": "bgfs",
        "content": "bznr",
        "other": "qtxx",
        "code": "checkCode",
        "message": "checkMsg",
        "since": "gsrq",
        "reference": "sxbh",
        "outcome": "cljg",
        "reason": "clsm",
    },
    kinds={Kind.TYPE: "FXBZ", Kind.RECOGNITION: "MTYXBZ", Kind.RESTORED_CREDIT: "XYXF"},
    fields={
        "uscc": "uniscid",
        "name": "traName",
        "type_label": "fxlx",
        "year": "fxnd",
        "region": "djjg",
        "category": "mtyxlb",
        "granted_on": "rdrq",
        "valid_until": "yxqz",
        "certificate": "zsbh",
        "state": "rdzt",
        "restored": "xfsx",
    },
    values={
        "type_label": {"生存型": "SC", "成长型": "CZ", "发展型": "FZ", "不符合分型条件": "BF"},
        "category": {"知名": "ZM", "特色": "TS", "优质": "YZ", "新兴": "XX"},
    },
    codes=numbered("GS-", 2),
    states={RECEIVING: "JS", WORKING: "CL", DONE: "WC"},
    operations={PUT: "GS", REMOVE: "CX"},
    outcomes={"taken": "CN", "matched": "CF", "refused": "TH", "concluded": "BJ"},
    hand_ins=HandInForm(
        fields={
            "kind": "sxlx",
            "reference": "sxbh",
            "uscc": "uniscid",
            "region": "djjg",
            "year": "nbnd",
            "closed_on": "jzrq",
            "filed_on": "bbrq",
        },
        values={"kind": {"annual-reports-closed": "NBJZ", "annual-report-filed": "NBBB"}},
    ),
    dates=frozenset({"granted_on", "valid_until"}),
    signed=True,
)
