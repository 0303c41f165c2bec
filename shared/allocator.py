"""How the C library's allocator is told to behave in our processes, by their environment."""

from typing import Final

FEW_ARENAS: Final = {"MALLOC_ARENA_MAX": "2"}
"""glibc gives each thread an arena of its own, up to eight per core, and each keeps what its thread once needed and
reserves 64 MB of addresses. Our threads take turns (the interpreter's lock): two arenas serve them, and a process that
publishes a province is 12 MB smaller."""
