"""Why a system refuses: one list for all of them. Each writes these reasons as codes of its own (`wire.WireFormat`)."""

from enum import StrEnum


class Reason(StrEnum):
    """First those about a record, then those about a call."""

    INCOMPLETE = "incomplete"
    KIND = "kind"
    USCC = "uscc"
    REGION = "region"
    OTHER_REGION = "other-region"
    NAME = "name"
    LABEL = "label"
    YEAR = "year"
    CATEGORY = "category"
    DATE = "date"
    PERIOD = "period"
    CERTIFICATE = "certificate"
    OLDER_VERSION = "older-version"
    NOT_REGISTERED = "not-registered"
    DEREGISTERED = "deregistered"
    NAME_DIFFERS = "name-differs"
    LOCKED = "locked"
    RETURNED = "returned"

    CREDENTIALS = "credentials"
    BUSY = "busy"
    UNREADABLE = "unreadable"
    BODY_DIGEST = "body-digest"
    OTHER_CONTENT = "other-content"
    PAGES_MISSING = "pages-missing"
    SEAL_DIFFERS = "seal-differs"
    UNKNOWN_BATCH = "unknown-batch"
    SEALED = "sealed"
    NOT_ALLOWED = "not-allowed"
    CURSOR = "cursor"
    UNKNOWN_ITEM = "unknown-item"
