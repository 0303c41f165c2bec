"""Reads the numbers of support work (必访, 诉求问题) from `policies/<id>.support.yaml`, a policy's companion file."""

from functools import cache
from pathlib import Path

from shared.law.language.errors import PolicyError
from shared.law.model.support import SupportNumber, SupportRules
from shared.law.reader.citations import CitationReader, read_document
from shared.law.reader.fields import Fields
from shared.law.reader.loading import POLICIES
from shared.law.reader.parameters import read_parameters
from shared.law.reader.yaml_tree import read_yaml

SUPPORT_SUFFIX = ".support.yaml"
EVERYWHERE = "national-2024"
"""The policy whose numbers apply wherever a bureau has set no others"""


def read_support(path: Path) -> SupportRules:
    """The numbers in a file; their quotes occur word for word in their texts. Errors: PolicyError."""
    fields = Fields(read_yaml(path), "帮扶工作的期限和数额", ("policy", "document", "since", "parameters"))
    document = read_document(fields.fields("document", "引文的文件"))
    citations = CitationReader(document, (path.parent / "texts", POLICIES / "texts"))
    found = read_parameters(fields, citations, fields.day("since"))
    missing = [name for name in SupportNumber if name not in found]
    if missing or len(found) > len(SupportNumber):
        known = "、".join(SupportNumber)
        raise PolicyError(f"{path.name} 的 parameters 应当正好是：{known}", fields.place)
    return SupportRules(fields.text("policy"), {name: found[name] for name in SupportNumber})


@cache
def shipped_support() -> SupportRules:
    """The numbers that apply everywhere, read once per process."""
    return read_support(POLICIES / f"{EVERYWHERE}{SUPPORT_SUFFIX}")
