"""Tables of the typing database. Importing this package registers every one on ``Base.metadata``."""

from services.typing.base import Base
from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries.models import Delivery
from services.typing.directory.models import TypeAnnotation
from services.typing.names.models import HouseholdName
from services.typing.numbers.models import NumberSetting
from services.typing.runs.models import AnnualReportClosing, Result, Run
from services.typing.trials.models import Trial

metadata = Base.metadata

REGISTERED = (
    AnnualReportClosing,
    Delivery,
    EvidenceCorrection,
    HouseholdName,
    NumberSetting,
    Result,
    Run,
    Trial,
    TypeAnnotation,
)
"""A model of each module; importing one registers all tables of its module."""
