"""What can be refused about deliveries."""

from shared.platform.errors import NotFound


class DeliveryNotFound(NotFound):
    """No such delivery that the caller may see."""

    slug, what = "delivery-not-found", "这批数据"
