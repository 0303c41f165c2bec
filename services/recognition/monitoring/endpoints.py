"""`/v1/feeds/{feed}/deliveries`, `/v1/deliveries`: other bureaus deliver penalties and dishonest debtors."""

from services.recognition.monitoring.deliveries import RECEIVING
from services.recognition.monitoring.schemas import DeliveryView
from shared.platform.deliveries.endpoints import delivery_router

router = delivery_router(RECEIVING, DeliveryView, summary="报送行政处罚（penalty）或失信被执行人（dishonest_debtor）")
