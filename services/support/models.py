"""All tables of the support service on one metadata: what Alembic compares the migrations with."""

from services.support.analysis import models as analysis
from services.support.base import Base
from services.support.calls import models as calls
from services.support.catalogue import models as catalogue
from services.support.entitlements import models as entitlements
from services.support.inspections import models as inspections
from services.support.monitoring import models as monitoring
from services.support.problems import models as problems
from services.support.registers import models as registers
from services.support.rules import models as rules
from services.support.surveys import models as surveys
from services.support.work_reports import models as work_reports

CAPABILITIES = (
    analysis,
    calls,
    catalogue,
    entitlements,
    inspections,
    monitoring,
    problems,
    registers,
    rules,
    surveys,
    work_reports,
)
"""Importing these modules registers their tables on the metadata."""

metadata = Base.metadata
