"""Which named errors an operation can answer with: those that the code behind its endpoint names.

Found by following names: from the endpoint and its dependencies to every function, class and module constant of ours
that their code refers to. It is an upper bound: an error counts wherever it is named, whether or not the path to it can
be taken. The API description lists the errors of each operation, with their statuses and Chinese titles.
"""

import dis
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TypeGuard

from fastapi.dependencies.models import Dependant

from shared.platform.errors import ServiceError
from shared.platform.problems import status_of
from shared.platform.state_machine import StateMachine

OWN_PACKAGES = ("services.", "shared.platform.", "tests.")


def errors_of(dependant: Dependant) -> list[type[ServiceError]]:
    """The errors that an endpoint and its dependencies name, by status and slug."""
    starts = [one.call for one in flattened(dependant) if one.call is not None]
    errors = {one for one in reachable(starts) if isinstance(one, type) and issubclass(one, ServiceError)}
    return sorted(
        (one for one in errors if hasattr(one, "slug")), key=lambda one: (status_of(one), one.slug, one.title)
    )


def flattened(dependant: Dependant) -> Iterator[Dependant]:
    """A dependant and all that it depends on."""
    yield dependant
    for one in dependant.dependencies:
        yield from flattened(one)


def reachable(starts: Iterable[object]) -> set[object]:
    """Every function and class of ours that the code of these refers to, directly or not. Of a class those methods
    count whose names are called somewhere in that code: on which object is not followed.
    """
    found: set[object] = set()
    called: set[str] = set()
    waiting = [*starts]
    while waiting:
        one = waiting.pop()
        one = one.__func__ if isinstance(one, MethodType) else inspect.unwrap(one) if callable(one) else one
        if is_ours(one) and one not in found:
            found.add(one)
            if isinstance(one, FunctionType):
                called |= attributes_in(one.__code__)
                waiting += named_in(one)
        if not waiting:
            kinds = [kind for kind in found if isinstance(kind, type)]
            waiting += [method for kind in kinds for method in methods_of(kind, called) if method not in found]
    return found


def is_ours(one: object) -> TypeGuard[FunctionType | type]:
    """Whether it is a function or a class of ours."""
    return isinstance(one, FunctionType | type) and one.__module__.startswith(OWN_PACKAGES)


def methods_of(kind: type, called: Set[str]) -> list[object]:
    """The methods of a class that are called by these names, and those that Python calls by itself. An error's are no
    step on the way to another error.
    """
    if issubclass(kind, ServiceError):
        return []
    named = {name: one for name, one in vars(kind).items() if name in called or name.startswith("__")}
    methods = [
        inspect.unwrap(getattr(one, "__func__", one))
        for one in named.values()
        if callable(one) or isinstance(one, classmethod | staticmethod)
    ]
    return [one for one in methods if is_ours(one) and isinstance(one, FunctionType)]


def named_in(function: FunctionType) -> list[object]:
    """What a function's code names: globals of its module and variables of the function that made it, what it takes
    from modules, and of objects the methods that it calls on them.
    """
    variables = {**function.__globals__, **enclosed(function)}
    found: list[object] = []
    for name, attributes in chains(function.__code__):
        if name not in variables:
            continue
        one, rest = through_modules(variables[name], attributes)
        found.append(one)
        called = set(rest[:1]) or attributes_in(function.__code__)  # passed on or kept: whatever is called here may be
        if isinstance(one, StateMachine):
            found += [one.error] if StateMachine.require.__name__ in called else []
        elif isinstance(one, Mapping):  # a table of errors
            found += [value for value in one.values() if isinstance(value, type) and issubclass(value, ServiceError)]
        elif type(one).__module__.startswith(OWN_PACKAGES):
            found += methods_named(one, called)
    return found


def enclosed(function: FunctionType) -> dict[str, object]:
    """The variables that a function has of the function that made it, as far as they have values yet."""
    values = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):
            values[name] = cell.cell_contents
    return values


def through_modules(one: object, attributes: Sequence[str]) -> tuple[object, Sequence[str]]:
    """What `module.sub.thing.method` begins with that is no module, and the attributes that are left."""
    while isinstance(one, ModuleType) and attributes and attributes[0] in vars(one):
        one, attributes = vars(one)[attributes[0]], attributes[1:]
    return one, attributes


def chains(code: CodeType) -> Iterator[tuple[str, Sequence[str]]]:
    """Each variable of module or enclosing function that code takes, with the attributes that it takes of it at once:
    `repository.get_run(…)` is `("repository", ["get_run"])`. Functions inside it included.
    """
    name, attributes = "", list[str]()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD") and name:
            attributes.append(step.argval)
        elif step.opname != "EXTENDED_ARG":
            if name:
                yield name, attributes
            name, attributes = step.argval if step.opname in ("LOAD_GLOBAL", "LOAD_DEREF") else "", []
    for inner in inner_codes(code):
        yield from chains(inner)


def attributes_in(code: CodeType) -> set[str]:
    """The names of all attributes that code takes of anything, functions inside it included."""
    return {*code.co_names}.union(*map(attributes_in, inner_codes(code)))


def inner_codes(code: CodeType) -> list[CodeType]:
    """Of the functions inside code."""
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


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
            waiting |= attributes_in(one.__code__)
    return list(found.values())
