"""A policy under each of the readings that its text leaves open and that are not in force."""

from dataclasses import dataclass

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.model.clauses import Interpretation, Reading, fill_title
from shared.law.reader.loading import restore_policy


@dataclass(frozen=True, slots=True)
class AlternativeReading:
    """A policy under another reading of one interpretation."""

    interpretation: Interpretation
    reading: Reading
    compiled: CompiledPolicy

    @property
    def head(self) -> str:
        """The beginning of a sentence about the reading, in the policy's words."""
        title = fill_title(self.reading.title, self.compiled.policy.parameters, self.compiled.values)
        return f"解释 {self.interpretation.id} 改用读法 {self.reading.id}（{title}）："


def alternative_readings(compiled: CompiledPolicy) -> list[AlternativeReading]:
    """Every reading that is not chosen, of the interpretations that typing depends on."""
    governing = {clause.clause.interpretation for clause in compiled.clauses}
    return [
        AlternativeReading(interpretation, reading, _compile_under(compiled, interpretation.id, reading.id))
        for interpretation in compiled.policy.interpretations.values()
        # stored content does not keep the order of readings, so findings must not depend on it
        for _, reading in sorted(interpretation.readings.items())
        if interpretation.id in governing and reading.id != interpretation.chosen
    ]


def _compile_under(compiled: CompiledPolicy, interpretation: str, reading: str) -> CompiledPolicy:
    content = dict(compiled.policy.content)
    content["interpretations"] = [
        {**item, "chosen": reading} if item["id"] == interpretation else item for item in content["interpretations"]
    ]
    return compile_policy(restore_policy(content), compiled.as_of)
