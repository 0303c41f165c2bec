"""Several policies over one population, their conditions pooled: each distinct one is evaluated once per household.

Policies under comparison (other numbers, another reading, another city's text) share many conditions. Condition n of
the pool is bit n % 64 of word n // 64. One statement computes the pool's masks and, from these alone, every policy's
type; a policy's own masks are picked out of the pool's. Five policies with different numbers throughout cost less than
twice as much as one (benchmarks/five_versions.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.duckdb_compiler import DuckDBCompiler, MaskConditions, type_case
from shared.law.language.nodes import Never, Node
from shared.law.model.outcome import HouseholdType, Outcome, TypeDecision

WORD_BITS = 64
_NO_TYPES = TypeDecision(0, ())


class PooledPolicies:
    """Compiled policies, numbered from 0, all for one as-of date (ValueError otherwise)."""

    def __init__(self, compiled: Sequence[CompiledPolicy]) -> None:
        if len({version.as_of for version in compiled}) != 1:
            raise ValueError("versions must be compiled for one as-of date")
        self.compiled = tuple(compiled)
        self.as_of = compiled[0].as_of
        conditions = (clause.bound for version in compiled for clause in version.clauses)
        self._pool = tuple(dict.fromkeys(node for node in conditions if not isinstance(node, Never)))
        self._places: dict[Node, int] = {node: number for number, node in enumerate(self._pool)}
        self._words = range(-(-len(self._pool) // WORD_BITS))
        self._own_places = tuple(tuple(self._places_of(version)) for version in compiled)

    @property
    def mask_columns(self) -> tuple[str, ...]:
        """Names of the pool's mask columns, UBIGINT each: `true_0`, `unknown_0`, …"""
        return tuple(f"{kind}_{word}" for word in self._words for kind in ("true", "unknown"))

    @property
    def type_columns(self) -> tuple[str, ...]:
        """Names of the type columns, one per version, TINYINT: `type_0`, …"""
        return tuple(f"type_{version}" for version in range(len(self.compiled)))

    def query(self, columns: Sequence[str] = ("uscc", "region_code"), relation: str = "snapshot") -> str:
        """A query over a relation of snapshot columns: `columns`, the types, the pool's masks."""
        kept = ", ".join(columns)
        asked = f"SELECT {', '.join((kept, *map(self._asked, self._words)))} FROM {relation}"
        masks = (f"true_{word}, possible_{word} & ~true_{word} AS unknown_{word}" for word in self._words)
        masks_query = f"SELECT {', '.join((kept, *masks))} FROM ({asked})"
        types = (f"{self._type(number)} AS {name}" for number, name in enumerate(self.type_columns))
        return f"SELECT {', '.join((kept, *types, *self.mask_columns))} FROM ({masks_query})"

    def outcome(self, version: int, row: Mapping[str, Any]) -> Outcome:
        """A version's outcome, read from a row of the query: the same that the version alone would give."""
        kind = HouseholdType(row[self.type_columns[version]])
        return Outcome(kind, self._own_mask(version, row, "true"), self._own_mask(version, row, "unknown"))

    def names(self, version: int, row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ids of a version's clauses that hold and of those that could not be decided, read from a row of the
        query.
        """
        compiled = self.compiled[version]
        true, unknown = (compiled.names(self._own_mask(version, row, kind)) for kind in ("true", "unknown"))
        return true, unknown

    def _own_mask(self, version: int, row: Mapping[str, Any], kind: str) -> int:
        pooled = sum(int(row[f"{kind}_{word}"]) << WORD_BITS * word for word in self._words)
        return sum(1 << bit for bit, place in self._own_places[version] if pooled >> place & 1)

    def _places_of(self, compiled: CompiledPolicy) -> Iterator[tuple[int, int]]:
        """Each clause's bit and its condition's place in the pool, looked up once: a condition is hashed whole."""
        for clause in compiled.clauses:
            place = self._places.get(clause.bound)
            if place is not None:
                yield clause.bit, place

    def _asked(self, word: int) -> str:
        """SQL of one 64-bit word of the pool: the mask of true conditions and the mask of possible ones."""
        conditions = self._pool[WORD_BITS * word : WORD_BITS * (word + 1)]
        compiler = DuckDBCompiler(conditions, _NO_TYPES, None)
        return f"{compiler.true_mask()} AS true_{word}, {compiler.possible_mask()} AS possible_{word}"

    def _type(self, version: int) -> str:
        everything = sum(1 << clause.bit for clause in self.compiled[version].clauses)
        return type_case(
            self.compiled[version].decision,
            self._on_pool(version, "true_{word}"),
            self._on_pool(version, "(true_{word} | unknown_{word})"),
            undecided=self._any("unknown_{word}", self._conditions(version, everything)),
        )

    def _on_pool(self, version: int, column: str) -> MaskConditions:
        return MaskConditions(
            all_of=lambda mask: self._all(column, self._conditions(version, mask)),
            any_of=lambda mask: self._any(column, self._conditions(version, mask)),
        )

    def _conditions(self, version: int, mask: int) -> list[Node]:
        """The conditions of a version's clauses, in bit order."""
        return [clause.bound for clause in self.compiled[version].clauses if mask >> clause.bit & 1]

    def _any(self, column: str, conditions: Sequence[Node]) -> str:
        hits = [f"({masks} & {mask}::UBIGINT) <> 0" for masks, mask in self._pooled(column, conditions)]
        return f"({' OR '.join(hits) or 'false'})"

    def _all(self, column: str, conditions: Sequence[Node]) -> str:
        if any(isinstance(node, Never) for node in conditions):
            return "false"
        hits = [f"({masks} & {mask}::UBIGINT) = {mask}::UBIGINT" for masks, mask in self._pooled(column, conditions)]
        return " AND ".join(hits) or "true"

    def _pooled(self, column: str, conditions: Sequence[Node]) -> list[tuple[str, int]]:
        """Where conditions are in the pool: per word that holds some, its `column` and their mask."""
        masks = dict.fromkeys(self._words, 0)
        for place in {self._places[node] for node in conditions if node in self._places}:
            masks[place // WORD_BITS] |= 1 << place % WORD_BITS
        return [(column.format(word=word), mask) for word, mask in masks.items() if mask]
