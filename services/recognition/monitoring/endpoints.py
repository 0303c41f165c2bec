"""`/v1/feeds/{feed}/deliveries`, `/v1/deliveries`: bureaus deliver penalties, dishonest debtors, kinds of operators."""

from services.recognition.monitoring.deliveries import RECEIVING
from services.recognition.monitoring.schemas import DeliveryView
from shared.platform.deliveries.endpoints import delivery_router

router = delivery_router(
    RECEIVING,
    DeliveryView,
    summary="报送行政处罚（penalty）、失信被执行人（dishonest_debtor）或经营者身份（operator_kind）",
)
