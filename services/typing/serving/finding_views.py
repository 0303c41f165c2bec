"""The findings of a verification as they are shown over HTTP."""

from services.typing.schemas.findings import FindingsView, FindingView, WitnessView
from services.typing.serving.outlook_views import sentence_view
from shared.policy.verifier.findings import ATTENTION, Finding, Verification, Witness
from shared.policy.verifier.households_said import household_said, ordinary_said, sentences


def findings_view(verification: Verification) -> FindingsView:
    """All findings, in the order they were asked for."""
    policy = verification.compiled.policy
    return FindingsView(
        policy=policy.id,
        policy_hash=policy.content_hash,
        as_of=verification.as_of,
        needs_attention=verification.needs_attention,
        ordinary=ordinary_said(verification.ordinary),
        findings=[_finding(finding, verification) for finding in verification.findings],
    )


def _finding(finding: Finding, verification: Verification) -> FindingView:
    return FindingView(
        kind=finding.kind,
        text=finding.text,
        attention=finding.kind in ATTENTION,
        about=list(finding.about),
        households=[_witness(witness, verification) for witness in finding.witnesses],
    )


def _witness(witness: Witness, verification: Verification) -> WitnessView:
    return WitnessView(
        side=witness.side,
        household=household_said(witness, verification.ordinary),
        type=witness.outcome.type.slug,
        type_label=witness.outcome.type.label,
        sentences=[sentence_view(one) for one in sentences(witness)],
    )
