"""Which named errors an operation can answer with: those that the code behind its endpoint names.

Found by following names: from the endpoint and its dependencies to every function, class and module constant of ours
that their code refers to. It is an upper bound: an error counts wherever it is named, whether or not the path to it can
be taken. The API description lists the errors of each operation, with their statuses and Chinese titles.
"""

import inspect
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType

from fastapi.dependencies.models import Dependant

from shared.platform.errors import ServiceError
from shared.platform.problems import status_of
from shared.platform.state_machine import StateMachine

OWN_PACKAGES = ("services.", "shared.platform.", "tests.")


def errors_of(dependant: Dependant) -> list[type[ServiceError]]:
    """The errors that an endpoint and its dependencies name, by status and slug."""
    starts = [one.call for one in flattened(dependant) if one.call is not None]
    found = {one for one in reachable(starts) if isinstance(one, type) and issubclass(one, ServiceError)}
    return sorted((one for one in found if hasattr(one, "slug")), key=lambda one: (status_of(one), one.slug, one.title))


def flattened(dependant: Dependant) -> Iterator[Dependant]:
    """A dependant and all that it depends on."""
    yield dependant
    for one in dependant.dependencies:
        yield from flattened(one)


def reachable(starts: Iterable[object]) -> set[object]:
    """Every function and class of ours that the code of these refers to, directly or not."""
    found: set[object] = set()
    waiting = list(starts)
    while waiting:
        one = waiting.pop()
        one = one.__func__ if isinstance(one, MethodType) else inspect.unwrap(one) if callable(one) else one
        if not isinstance(one, FunctionType | type) or one in found:
            continue
        if not one.__module__.startswith(OWN_PACKAGES):
            continue
        found.add(one)
        waiting += members(one) if isinstance(one, type) else named_in(one)
    return found


def members(kind: type) -> list[object]:
    """The functions of a class; an error's are no step on the way to another error."""
    if issubclass(kind, ServiceError):
        return []
    return [getattr(one, "__func__", one) for one in vars(kind).values()]


def named_in(function: FunctionType) -> list[object]:
    """What a function's code names: globals of its module, variables of the function that made it, what it takes from
    modules, methods of objects, errors of state machines.
    """
    names = names_of(function.__code__)
    found = [function.__globals__[name] for name in names if name in function.__globals__]
    found += [cell.cell_contents for cell in function.__closure__ or ()]
    for one in list(found):
        if isinstance(one, ModuleType):
            found += [vars(one)[name] for name in names if name in vars(one)]
        elif isinstance(one, StateMachine):
            found += [one.error, StateMachine]
        elif type(one).__module__.startswith(OWN_PACKAGES):
            found += methods_named(one, names)
    return found


def methods_named(value: object, names: set[str]) -> list[object]:
    """The methods of an object of ours that are named, those that they call on it, and functions that it holds."""
    held = {**vars(type(value)), **getattr(value, "__dict__", {})}
    found: dict[str, object] = {}
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        one = held.get(name)
        if isinstance(one, FunctionType) and name not in found:
            found[name] = one
            waiting |= names_of(one.__code__)
    return list(found.values())


def names_of(code: CodeType) -> set[str]:
    """Globals and attributes that code refers to, functions inside it included."""
    inner = [names_of(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return {*code.co_names}.union(*inner)
