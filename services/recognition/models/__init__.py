"""Tables of the recognition database. Importing this package registers every one on ``Base.metadata``."""

from services.recognition.models.applications import Application, Consultation, Document, Task
from services.recognition.models.base import Base, revision_sequence
from services.recognition.models.households import Household, PolicyVersion, PublishedCount
from services.recognition.models.notices import NoticeItem, PublicNotice
from services.recognition.models.pool import PoolRemoval
from services.recognition.models.recognitions import Ban, Confirmation, Evaluation, InformationReport, Recognition
from services.recognition.models.registers import DishonestDebtor, Penalty, RegisterDelivery
from services.recognition.models.seasons import CountyQuota, Criteria, Quota, Season
from services.recognition.models.supervision import CreditConsent, Filing, SpotCheck, SpotCheckItem

metadata = Base.metadata

__all__ = [
    "Application",
    "Ban",
    "Base",
    "Confirmation",
    "Consultation",
    "CountyQuota",
    "CreditConsent",
    "Criteria",
    "DishonestDebtor",
    "Document",
    "Evaluation",
    "Filing",
    "Household",
    "InformationReport",
    "NoticeItem",
    "Penalty",
    "PolicyVersion",
    "PoolRemoval",
    "PublicNotice",
    "PublishedCount",
    "Quota",
    "Recognition",
    "RegisterDelivery",
    "Season",
    "SpotCheck",
    "SpotCheckItem",
    "Task",
    "metadata",
    "revision_sequence",
]
