"""Lists as files: made by the service for whoever asks, to be saved and never shown."""

import pytest

from services.portal.downloads.catalogue import LISTS, Wanted
from services.portal.shell.behalf import Behalf
from services.portal.upstream.calls import Upstream
from shared.platform.identity import Role
from tests.integration.portal.page_checks import read
from tests.integration.portal.samples import ID
from tests.integration.portal.test_clients import described, matches
from tests.integration.portal.visitor import Visitor

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "spreadsheetml", "pdf": "application/pdf", "docx": "wordprocessingml"}
"""A part of each form's"""


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_asked_for_as_its_service_says(name: str) -> None:
    services = ("typing", "recognition", "objection", "notification", "support")
    one = LISTS[name]
    service = one.service(Behalf(*(Upstream(service, None) for service in services))).title  # type: ignore[arg-type]  # is not called
    for form in one.forms:
        wanted = Wanted("410105", 2026, form, ID if one.of_something else "", "金市监〔2026〕8号")
        known = described(service)["paths"]
        path = one.path(wanted)
        operation = known.get(path) or next(said for pattern, said in known.items() if matches(pattern, path))
        parameters = operation["get"].get("parameters", [])
        assert set(one.query(wanted)) <= {said["name"] for said in parameters}
        demanded = {said["name"] for said in parameters if said.get("required") and said["in"] == "query"}
        assert demanded <= set(one.query(wanted))
        kinds = " ".join(operation["get"]["responses"]["200"]["content"])
        assert MEDIA_TYPES[form] in kinds


async def test_a_list_is_saved_and_kept_by_nobody(visitor: Visitor) -> None:
    await visitor.sign_in(Role.AUDITOR, region="410105")
    visitor.objection.says["/v1/oversight/objections/export"] = "回执号"
    links = [one for one in read((await visitor.open("/work/downloads")).text).links if "downloads/objections" in one]
    answer = await visitor.open(links[0])
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="objections.csv"'
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert visitor.objection.asked[-1].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    "address", ["anything", "objections?form=xlsx", f"objections?of={ID}", "season-list", "../x", "season-list?of=.."]
)
async def test_what_is_no_list_is_not_asked_for(visitor: Visitor, address: str) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    assert (await visitor.open(f"/work/downloads/{address}")).status_code == 404
    assert [one for one in visitor.recognition.asked if "filing" in one.url.path] == []


async def test_a_paper_carries_the_number_that_was_typed_or_none(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    visitor.recognition.says[f"/v1/seasons/{ID}/paper"] = "%PDF-"
    saved = f"/work/downloads/recognition-list?of={ID}&form=pdf"
    assert (await visitor.open(f"{saved}&number=金市监〔2026〕8号")).status_code == 200
    assert visitor.recognition.asked[-1].url.params["number"] == "金市监〔2026〕8号"
    assert (await visitor.open(f"{saved}&number=")).status_code == 200
    assert "number" not in visitor.recognition.asked[-1].url.params
