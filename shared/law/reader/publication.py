"""Reads the block `publication`: until when the types of a year must stand in the national directory.

The text says “8月中旬前”, which can be read in two ways: there is a parameter for each, and an interpretation chooses.
"""

from collections.abc import Mapping

from shared.law.language.units import Unit
from shared.law.model.clauses import Parameter
from shared.law.model.publication import MiddleOfMonth, PublicationRules
from shared.law.reader.citations import CitationReader
from shared.law.reader.clauses import InterpretationIndex
from shared.law.reader.fields import Fields
from shared.law.reader.parameters import ParameterReferences

_UNTIL = {MiddleOfMonth.BEFORE: "before_middle", MiddleOfMonth.WITHIN: "within_middle"}
"""The field that names the parameter of each reading."""


def read_publication(
    fields: Fields, parameters: Mapping[str, Parameter], index: InterpretationIndex, citations: CitationReader
) -> PublicationRules:
    """The block `publication`. Errors: PolicyError."""
    fields.only(("parameters", "directory"))
    block = fields.fields("directory", "汇总至全国名录 directory", (*_UNTIL.values(), "reading", "citation"))
    references = ParameterReferences(parameters)
    until = {reading: references.of(block, field, Unit.MONTH_DAY) for reading, field in _UNTIL.items()}
    units = {name: parameter.unit for name, parameter in parameters.items()}
    chosen = index.choice(block, "reading", MiddleOfMonth, units)
    return PublicationRules(parameters, until[chosen], block.text("reading"), citations.read(block))
