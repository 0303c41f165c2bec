"""All tables of the objection service on one metadata: what Alembic compares the migrations with."""

from services.objection.base import Base
from services.objection.corrections import models as corrections
from services.objection.decisions import models as decisions
from services.objection.examination import models as examination
from services.objection.exchange import models as exchange
from services.objection.objections import models as objections
from services.objection.objectors import models as objectors
from services.objection.registers import models as registers
from services.objection.reports import models as reports
from services.objection.rules import models as rules
from services.objection.verifications import models as verifications

CAPABILITIES = (
    corrections,
    decisions,
    examination,
    exchange,
    objections,
    objectors,
    registers,
    reports,
    rules,
    verifications,
)
"""Importing these modules registers their tables on the metadata."""

metadata = Base.metadata
