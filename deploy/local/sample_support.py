"""The sample's support: what one household could get and why, a department's report, a visit, and a problem that it
found, solved and answered.
"""

from collections.abc import Mapping
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.sample_applicants import operator_pseudonyms, retry_until_known
from deploy.local.service_client import CalledAs, Client
from deploy.local.token_issuer import TokenClaims

ANY_VERSION = {"If-Match": "*"}
MARKET = "market"
HELPER = "human-resources"
SHOWN = 3
"""Measures of each state"""
STATES = {"entitled": "可以享受", "verify": "待核实", "invited": "可以参加"}
OFFICIAL = {"subject": "dev-visitor", "name": "示例联系干部", "department": MARKET}
FOUND = {"kind": "staff", "statement": "招不到熟练工（示例）"}
ANSWER = {"answer": "已推荐三名求职者，其中一人录用（示例）", "outcome": "solved"}


class SupportOfSample:
    """The household that objected, or nothing to see where none did; a second time has no further effect."""

    def __init__(self, data: DataDirectory, clients: Mapping[str, Client], run: Mapping[str, Any]) -> None:
        self.data, self.support, self.as_of = data, clients["support"], run["as_of"]
        self.county = max(run["counts"])
        self.uscc: str | None = data.read_state().get("objection", {}).get("uscc")
        self.officer = TokenClaims("dev-support-officer", "officer", self.county, name="示例帮扶经办人")

    async def come(self) -> list[str]:
        """What there is to see of it."""
        if self.uscc is None:
            return []
        person = operator_pseudonyms(self.data, [self.uscc])[self.uscc]
        operator = TokenClaims("operator-objecting", "operator", self.county, person)
        state = self.data.read_state()
        # years later the household may be somebody else's: then an officer still sees it
        reader: CalledAs = operator if "support" not in state else "officer"
        if "support" not in state:
            reported = await self.report(operator)
            done = [*reported, await self.visit(), await self.solve(operator)]
            self.data.write_state({**self.data.read_state(), "support": done})
        lines = describe_measures((await self.measures(reader)).get("measures", []))
        return [f"帮扶 {self.uscc} 能享受什么、为什么：", *lines, *self.data.read_state()["support"]]

    async def measures(self, who: CalledAs) -> dict[str, Any]:
        """What each measure is to the household."""
        path = "/v1/measures/what-could-i-get"
        answer = await retry_until_known(lambda: self.support.get(path, who, uscc=str(self.uscc)))
        view: dict[str, Any] = answer.json()
        return view

    async def report(self, operator: TokenClaims) -> list[str]:
        """The department confirms the conditions of one measure, which the household then enjoys; a measure that names
        no department is market supervision's.
        """
        views = (await self.measures(operator))["measures"]
        open_ones = [one for one in views if one["state"]["code"] == "verify"]
        if not open_ones:
            return []
        name = open_ones[0]["measure"]
        measure = (await self.support.get(f"/v1/measures/{name}")).json()
        named = [one["confirmed_by"] for one in measure["conditions"] if one["confirmed_by"]] or measure["lead"]
        department = named[0]["code"] if named else MARKET
        clerk = TokenClaims("dev-support-clerk", "officer", self.county, department=department, name="示例部门人员")
        row = {"uscc": self.uscc, "on": self.as_of}
        rows = [row | {"outcome": "confirmed"}, row | {"outcome": "used"}]
        await self.support.post(f"/v1/entitlements/{name}/reports", clerk, {"rows": rows})
        return [f"  部门报送：{measure['title']}，核实符合，已享受（示例）"]

    async def visit(self) -> str:
        """An officer knows that business is hard; the official who is in touch goes and finds a problem."""
        known: dict[str, object] = {"reason": "hardship", "households": [self.uscc], "happened_on": self.as_of}
        await self.support.post("/v1/calls", self.officer, known)
        listed = (await self.support.get("/v1/calls", self.officer, limit=200)).json()["items"]
        call = next(one for one in listed if one["uscc"] == self.uscc)
        path = f"/v1/calls/{call['id']}"
        await self.support.post(f"{path}/assignment", self.officer, dict(OFFICIAL), **ANY_VERSION)
        visitor = TokenClaims(OFFICIAL["subject"], "officer", self.county, department=MARKET, name=OFFICIAL["name"])
        made: dict[str, object] = {
            "visited_on": call["opened_on"],
            "finding": "照常营业，缺人手（示例）",
            "problems": [FOUND],
        }
        view = (await self.support.post(f"{path}/visit", visitor, made, **ANY_VERSION)).json()
        reasons = "、".join(one["label"] for one in view["occasions"])
        return f"  必访（{reasons}）：{view['assigned_name']}{view['visited_on']}走访，{view['finding']}"

    async def solve(self, operator: TokenClaims) -> str:
        """Forwarded, answered, and the household is satisfied."""
        listed = (await self.support.get("/v1/problems", self.officer, kind=FOUND["kind"], limit=200)).json()["items"]
        problem = next(one for one in listed if one["uscc"] == self.uscc)
        path = f"/v1/problems/{problem['id']}"
        owner = TokenClaims("dev-staff-clerk", "bureau", self.county, department=HELPER, name="示例人社人员")
        await self.support.post(f"{path}/forwarding", self.officer, {"department": HELPER}, **ANY_VERSION)
        await self.support.post(f"{path}/acceptance", owner, None, **ANY_VERSION)
        await self.support.post(f"{path}/answer", owner, dict(ANSWER), **ANY_VERSION)
        view = (await self.support.post(f"{path}/response", operator, {"solved": True}, **ANY_VERSION)).json()
        answered = f"{view['department_label']}答复：{view['answer']}"
        return f"  诉求 {view['receipt']}：{view['statement']}，{answered}，{view['state_label']}"


def describe_measures(measures: list[dict[str, Any]]) -> list[str]:
    """How many measures of each state, and the first ones with reason and source."""
    lines = []
    for state, label in STATES.items():
        found = [one for one in measures if one["state"]["code"] == state]
        lines.append(f"  {label} {len(found)} 项")
        lines += [
            f"    {one['title']}：{one['why']}（{one['citation']['document']} {one['citation']['article']}）"
            for one in found[:SHOWN]
        ]
    return lines
