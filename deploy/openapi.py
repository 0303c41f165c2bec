"""Writes each service's OpenAPI description: ``python -m deploy.openapi`` fills docs/contracts/openapi.

Other systems are written against these descriptions. A test fails when a service differs from its committed one, so
that a change of the API is seen where it is reviewed.
"""

import json
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI

from deploy.services import SERVICES
from shared.platform.settings import ServiceSettings

FOLDER = Path(__file__).parents[1] / "docs" / "contracts" / "openapi"


def application(settings: type[ServiceSettings]) -> FastAPI:
    """A service's application to be looked at: it has its routes, and no settings to start with."""
    app: FastAPI = import_module(f"{settings.package()}.service").SERVICE.app(settings.model_construct())
    return app


def description(app: FastAPI) -> str:
    """The OpenAPI description as it is committed: sorted, so that a change of order is no difference."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def file_of(settings: type[ServiceSettings]) -> Path:
    """Where a service's description is committed."""
    return FOLDER / f"{settings.service_name()}.json"


def main() -> None:
    """Write the folder; descriptions of services that are no longer there are deleted."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in set(FOLDER.glob("*.json")) - set(map(file_of, SERVICES)):
        stale.unlink()
    for settings in SERVICES:
        file_of(settings).write_text(description(application(settings)), encoding="utf-8")


if __name__ == "__main__":
    main()
