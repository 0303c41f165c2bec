"""All tables of the recognition service on one metadata: what Alembic compares the migrations with."""

from services.recognition.adoptions import models as adoptions
from services.recognition.applications import models as applications
from services.recognition.base import Base
from services.recognition.handed_in import models as handed_in
from services.recognition.lifecycle import models as lifecycle
from services.recognition.objections import models as objections
from services.recognition.outlets import models as outlets
from services.recognition.recognitions import models as recognitions
from services.recognition.registers import models as registers
from services.recognition.scoring import models as scoring
from services.recognition.season import models as season
from services.recognition.sheets import models as sheets
from services.recognition.supervision import models as supervision

CAPABILITIES = (
    adoptions,
    applications,
    handed_in,
    lifecycle,
    objections,
    outlets,
    recognitions,
    registers,
    scoring,
    season,
    sheets,
    supervision,
)
"""Importing these modules registers their tables on the metadata."""

metadata = Base.metadata
