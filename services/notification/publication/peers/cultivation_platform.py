"""The national cultivation platform (“名特优新”个体工商户培育平台): JSON pages, Bearer token, English field names,
codes that are words, every answer in an envelope.

A proposal, as docs/national-systems.md says.
"""

from typing import Final

from services.notification.publication.peers.reasons import Reason
from services.notification.publication.peers.wire import DONE, PUT, RECEIVING, REMOVE, WORKING, Envelope, WireFormat
from services.notification.publication.systems import Kind, System

FORMAT: Final = WireFormat(
    system=System.CULTIVATION_PLATFORM,
    paths={
        "page": "/open-api/v1/submissions/{batch}/pages/{number}",
        "seal": "/open-api/v1/submissions/{batch}/complete",
        "ask": "/open-api/v1/submissions/{batch}",
        "rejected": "/open-api/v1/submissions/{batch}/rejections",
        "summaries": "/open-api/v1/statistics",
        "held": "/open-api/v1/records",
        "household": "/open-api/v1/households/{uscc}",
        "handed_in": "/open-api/v1/handed-in",
    },
    words={
        "batch": "submissionId",
        "number": "pageNumber",
        "pages": "pageCount",
        "received": "receivedPages",
        "records": "recordCount",
        "digest": "digest",
        "rows": "items",
        "ticket": "receiptNo",
        "state": "status",
        "rejected": "rejectedCount",
        "asked": "from",
        "after": "cursor",
        "more": "hasMore",
        "kind": "recordType",
        "key": "recordId",
        "uscc": "creditCode",
        "region": "regionCode",
        "version": "revision",
        "operation": "action",
        "content": "payload",
        "other": "extra",
        "code": "rejectCode",
        "message": "rejectReason",
        "since": "acceptedAt",
    },
    kinds={
        Kind.RECOGNITION: "RECOGNITION",
        Kind.CRITERIA: "CRITERIA",
        Kind.APPLICATION: "APPLICATION",
        Kind.PUBLIC_NOTICE: "NOTICE",
        Kind.INFORMATION_REPORT: "INFO_REPORT",
        Kind.OPERATOR_CHANGE: "OPERATOR_CHANGE",
        Kind.RECOGNITION_LIST: "FILED_LIST",
    },
    fields={
        "uscc": "creditCode",
        "name": "householdName",
        "region": "regionCode",
        "year": "year",
        "category": "category",
        "granted_on": "grantDate",
        "valid_until": "expiryDate",
        "certificate": "certificateNo",
        "state": "state",
        "title": "title",
        "document": "documentNo",
        "published_on": "publishDate",
        "url": "link",
    },
    values={"category": {"知名": "WELL_KNOWN", "特色": "DISTINCTIVE", "优质": "QUALITY", "新兴": "EMERGING"}},
    codes={reason: f"PY_{reason.name}" for reason in Reason},
    states={RECEIVING: "RECEIVING", WORKING: "PROCESSING", DONE: "COMPLETED"},
    operations={PUT: "UPSERT", REMOVE: "WITHDRAW"},
    envelope=Envelope(code="code", message="message", data="result", success="OK"),
)
