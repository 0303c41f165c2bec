"""M2 as a kind: what is sealed is shown in clear by `unmask` alone, which writes who, what and why into the audit."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_modules import ROOT

ELSEWHERE = {
    "shared/platform/sealed_fields/unmasking.py": "unmask itself",
    "shared/platform/sealed_fields/vault.py": "masks what it opens",
    "shared/platform/sealed_fields/rotation.py": "seals again under another key",
    "services/notification/contacts/lookups.py": "the worker sends to the address; routes show it masked",
    "services/notification/publication/incoming/service.py": "the worker hands on what a national system took in",
    "services/notification/subscriptions/sender.py": "signs with a system's secret, which is nobody's data",
    "services/objection/verifications/service.py": "the row of evidence that the bureau itself corrects, by a clause",
    "services/portal/sessions/service.py": "one's own session and one's own form",
}
"""Where else a seal is opened, and why nobody is shown another person's data there"""


def openings(source: str) -> Iterator[int]:
    """Lines that open a seal: `vault.open(…)`, whatever the vault hangs on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "open":
            holder = node.func.value
            name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
            if name.lstrip("_") == "vault":
                yield node.lineno


def test_a_seal_is_opened_where_the_audit_knows_it() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        if [*openings(path.read_text())]
    }
    assert found <= ELSEWHERE.keys(), "use shared.platform.sealed_fields.unmasking.unmask"


@pytest.mark.parametrize(
    "opened", ["vault.open(place, sealed)", "self._vault.open(p, s).reveal()", "a.b.vault.open(p)"]
)
def test_an_opening_beside_it_is_found(opened: str) -> None:
    assert [*openings(f"shown = {opened}")] == [1]
