"""Reads what a policy wants reported, from `policies/<id>.work-reports.yaml`, a policy's companion file."""

from functools import cache

from shared.law.language.errors import PolicyError
from shared.law.model.work_reports import ReportedBy, Rhythm, WorkReportDuty
from shared.law.reader.citations import CitationReader
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.reader.yaml_tree import YamlItem, read_yaml

WORK_REPORTS_SUFFIX = ".work-reports.yaml"
LONGEST_MONTH = 31
_FIELDS = ("id", "title", "by", "rhythm", "last_day", "on", "unverified", "citation")


def work_reports_of(tree: YamlItem) -> tuple[WorkReportDuty, ...]:
    """The duties in the tree of a file; their quotes occur word for word in the policy's text. Errors: PolicyError."""
    fields = Fields(tree, "报送文件", ("policy", "region", "reports"))
    policy, region = load_policy(fields.text("policy")), fields.text("region")
    if not any(prefix.startswith(region) or region.startswith(prefix) for prefix in policy.regions):
        place = fields.item("region").place
        raise PolicyError(f"区划“{region}”不在政策 {policy.id} 的地区（{'、'.join(policy.regions)}）里", place)
    citations = CitationReader(policy.document, (POLICIES / "texts",))
    every = [Fields(item, f"第 {number} 项报送", _FIELDS) for number, item in enumerate(fields.list("reports"), 1)]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "报送")
    return tuple(_duty(entry, policy.id, region, citations) for entry in apart)


def _duty(fields: Fields, policy: str, region: str, citations: CitationReader) -> WorkReportDuty:
    rhythm = Rhythm(fields.one_of("rhythm", [one.value for one in Rhythm]))
    last_day, on = fields.number_or_none("last_day"), fields.day_or_none("on")
    if (rhythm is Rhythm.MONTHLY) is (last_day is None) or (rhythm is Rhythm.ONCE) is (on is None):
        raise PolicyError(f"{fields.what}：每月报送的写 last_day，一次报送的写 on，按季报送的都不写", fields.place)
    if last_day is not None and not 1 <= last_day <= LONGEST_MONTH:
        raise PolicyError(f"{fields.what}的 last_day 应在 1 到 {LONGEST_MONTH} 之间，不能是 {last_day}", fields.place)
    return WorkReportDuty(
        policy=policy,
        name=fields.text("id"),
        region=region,
        title=fields.text("title"),
        by=ReportedBy(fields.one_of("by", [one.value for one in ReportedBy])),
        rhythm=rhythm,
        last_day=last_day,
        on=on,
        citation=citations.read(fields),
        unverified=fields.texts("unverified"),
    )


@cache
def shipped_work_reports() -> tuple[WorkReportDuty, ...]:
    """Those of all texts, read once per process."""
    files = sorted(POLICIES.glob(f"*{WORK_REPORTS_SUFFIX}"))
    return tuple(duty for file in files for duty in work_reports_of(read_yaml(file)))
