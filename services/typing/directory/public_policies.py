"""What the public reads of policies, reckoned once for a day and a state of their files, however often it is asked for.

Reading all policies takes a quarter of a second, proving one longer: anybody could keep the service busy with it.
"""

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from services.typing.directory.presenters import findings_view
from services.typing.directory.problems import PolicyNotFound
from services.typing.directory.schemas import FindingsView, PolicyView, SetNumberView
from services.typing.numbers.domain import SetNumber, with_numbers
from services.typing.runs.policies import prove
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyUnset
from shared.law.language.units import format_value
from shared.law.model.policy import Policy
from shared.law.reader.loading import POLICIES, FilesState, files_state, load_policy, policy_ids
from shared.platform.stored_policies import ParameterUnset

T = TypeVar("T")
NumbersByPolicy = Mapping[str, Sequence[SetNumber]]
NO_NUMBERS: NumbersByPolicy = {}
Key = tuple[str, str, dt.date | None, FilesState]

_kept: BoundedCache[Key, object] = BoundedCache(64)
_one_at_a_time = threading.RLock()
"""Of many who ask for what is not there yet, one reckons and the others wait."""


def kept(key: Key, reckon: Callable[[], T]) -> T:
    """The value that is kept under the key, reckoned now if there is none."""
    value: T | None = _kept.get(key)  # type: ignore[assignment]  # put under this key below
    if value is None:
        with _one_at_a_time:
            value = _kept.get(key)  # type: ignore[assignment]
            if value is None:
                value = reckon()
                _kept.put(key, value)
    return value


def public_policies(numbers: NumbersByPolicy = NO_NUMBERS) -> list[PolicyView]:
    """All policies that ship with the platform, in short, with the numbers that bureaus have set."""
    state, today = files_state(POLICIES), clock.today()

    def views() -> list[PolicyView]:
        return [policy_view(with_numbers(read(name, state), numbers.get(name, ())), today) for name in policy_ids()]

    return kept(("list", repr(sorted(numbers.items())), today, state), views)


def public_findings(name: str, numbers: Sequence[SetNumber] = ()) -> FindingsView:
    """What is proved of a policy as of today, with the numbers that bureaus have set. PolicyNotFound; ParameterUnset
    when a number that it needs is unset.
    """
    if name not in policy_ids():
        raise PolicyNotFound(f"没有名为“{name}”的政策")
    state, today = files_state(POLICIES), clock.today()
    try:
        key = ("findings", f"{name} {sorted(map(repr, numbers))}", today, state)
        return kept(key, lambda: prove_view(with_numbers(read(name, state), numbers), today))
    except PolicyUnset as unset:
        raise ParameterUnset(str(unset)) from unset


def read(name: str, state: FilesState) -> Policy:
    """A policy as its files are now."""
    return kept(("policy", name, None, state), partial(load_policy, name))


def prove_view(policy: Policy, day: dt.date) -> FindingsView:
    """The findings of a policy as of a day."""
    found = findings_view(prove(compile_policy(policy, day)))
    return found.model_copy(update={"set_numbers": set_numbers(policy, day)})


def policy_view(policy: Policy, day: dt.date) -> PolicyView:
    """One policy in short."""
    return PolicyView(
        id=policy.id,
        title=policy.title,
        document=policy.document.number,
        regions=list(policy.regions),
        in_force_from=policy.since,
        in_force_until=policy.until,
        draft=policy.draft,
        unset_parameters=policy.unset_names(day),
        set_numbers=set_numbers(policy),
    )


def set_numbers(policy: Policy, day: dt.date | None = None) -> list[SetNumberView]:
    """The numbers that documents beside the text set: all, or those that count on a day."""
    return [
        SetNumberView(
            parameter=parameter.name,
            title=parameter.title,
            value=format_value(dated.value, parameter.unit),
            in_force_from=dated.since,
            document=dated.document,
        )
        for parameter in policy.parameters.values()
        for dated in parameter.values
        if dated.document is not None and (day is None or dated is parameter.dated_on(day))
    ]
