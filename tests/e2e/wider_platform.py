"""``python -m tests.e2e.wider_platform up …``: `minglu` with two more lines on its list of services."""

from deploy import services
from tests.fixtures.empty.settings import EmptySettings
from tests.fixtures.ledger.settings import LedgerSettings

if __name__ == "__main__":
    services.SERVICES = (
        *services.SERVICES,
        LedgerSettings,
        EmptySettings,
    )
    from deploy.local.cli import main  # after the list: `minglu up` reads it when it is imported

    main()
