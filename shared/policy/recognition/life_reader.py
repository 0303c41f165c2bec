"""Reads what happens after recognition: validity, reports, confirmation, extension, revocation, migration."""

from shared.policy.citing import CitationReader
from shared.policy.clause_reader import ClauseReader
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.recognition.model import Life
from shared.policy.recognition.references import References
from shared.policy.units import Unit

_KNOWN = (
    "validity", "information_report", "operator_change", "confirmation", "cancellation", "extension", "revocation",
    "mutual_recognition",
)  # fmt: skip


def read_life(fields: Fields, references: References, clauses: ClauseReader, citations: CitationReader) -> Life:
    """The block `life`."""
    fields.only(_KNOWN)
    validity = fields.fields("validity", "有效期 validity", ("years", "citation"))
    report = fields.fields("information_report", "信息报告 information_report", ("until", "remind", "citation"))
    extension = fields.fields("extension", "延长有效期 extension", ("years", "any", "citation"))
    revocation = fields.fields("revocation", "撤销认定 revocation", ("ban_years", "citation"))
    mutual = None
    if "mutual_recognition" in fields:
        mutual = fields.fields("mutual_recognition", "互认 mutual_recognition", ("provinces", "citation"))
        if not all(len(code) == 2 and code.isdigit() for code in mutual.texts("provinces")):
            raise PolicyError("互认的 provinces 应是一列两位的省级区划代码", mutual.place)
    return Life(
        validity=references.of(validity, "years", Unit.YEARS),
        validity_citation=citations.read(validity),
        report_until=references.of(report, "until", Unit.MONTH_DAY),
        report_reminder=references.or_none(report, "remind", Unit.DAYS),
        report_citation=citations.read(report),
        operator_change=citations.read(fields.fields("operator_change", "变更经营者 operator_change", ("citation",))),
        confirmation=clauses.rules(fields, "confirmation", r"confirmation\.[1-9]\d?", "confirmation.1"),
        cancellation=citations.read(fields.fields("cancellation", "取消认定 cancellation", ("citation",))),
        extension_years=references.of(extension, "years", Unit.YEARS),
        extension=clauses.rules(extension, "any", r"extension\.[1-9]\d?", "extension.1"),
        extension_citation=citations.read(extension),
        ban_years=references.of(revocation, "ban_years", Unit.YEARS),
        revocation=citations.read(revocation),
        mutual_with=mutual.texts("provinces") if mutual else (),
        mutual_citation=citations.read(mutual) if mutual else None,
    )
