"""``/v1/policies``: the policies this platform types by, what is still unset in each, and what is proved of it."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.typing.schemas.findings import FindingsView
from services.typing.schemas.households import PolicyView
from services.typing.serving.finding_views import findings_view
from services.typing.serving.proofs import proof
from shared.policy.compiled import compile_policy
from shared.policy.errors import PolicyUnset
from shared.policy.loading import load_policy, policy_ids
from shared.service import clock
from shared.service.identity import Caller, anyone
from shared.service.pagination import Page
from shared.service.problems import Problem

router = APIRouter(prefix="/v1", tags=["policies"])


@router.get("/policies", summary="现行政策")
def listed(_: Annotated[Caller, anyone()]) -> Page[PolicyView]:
    """Every policy that ships with the platform."""
    return Page(items=[policy_view(name) for name in policy_ids()])


@router.get("/policies/{policy_id}/findings", summary="政策的检查结果：空档、重叠、界限、换一种读法")
def findings(
    _: Annotated[Caller, anyone()], policy_id: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]
) -> FindingsView:
    """What is proved of a policy as of today, with a made-up household for every finding.

    Errors: 404 for an unknown policy, 422 for one that cannot type because a required number is unset.
    """
    if policy_id not in policy_ids():
        raise Problem(404, "policy-not-found", "没有这个政策", f"没有名为“{policy_id}”的政策")
    try:
        compiled = compile_policy(load_policy(policy_id), clock.today())
    except PolicyUnset as unset:
        raise Problem(422, "parameter-unset", "政策数值未设定", str(unset)) from unset
    return findings_view(proof(compiled))


def policy_view(name: str) -> PolicyView:
    """One policy in short."""
    policy, today = load_policy(name), clock.today()
    unset = (*policy.unset(today, required=True), *policy.unset(today, required=False))
    return PolicyView(
        id=policy.id,
        title=policy.title,
        document=policy.document.number,
        regions=list(policy.regions),
        in_force_from=policy.since,
        in_force_until=policy.until,
        unset_parameters=[parameter.name for parameter in unset],
    )
