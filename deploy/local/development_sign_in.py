"""Who can sign in at the portal of `minglu up`: the persons of the demonstration, and the provider that asks which one.

The provider (`deploy.local.development_provider`) is a process beside the services. Operators are households of the
sample; staff get their accounts from the security administrator, through the portal's own pages.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from deploy.local.data_directory import DataDirectory, write_private
from deploy.local.errors import CommandError
from deploy.local.sample_applicants import Applicants, operator_pseudonyms
from deploy.local.service_client import Client
from deploy.local.service_processes import HOST
from deploy.local.supervisor import Program
from deploy.local.token_issuer import TokenClaims

PORT = 8092
CLIENT, SECRET = "minglu-portal", "portal-sign-in.key"
KEEPER = "dev-security-admin"
"""The subject of the security administrator."""
OPERATORS_SHOWN = 8
FORM_TOKEN = re.compile(r'name="_form" value="([^"]+)"')


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration: what their token says, and a line about them."""

    claims: TokenClaims
    line: str


def staff_of(region: str, county: str) -> list[Person]:
    """The bureau's people: those who do the work, those who decide, other departments, audit, accounts."""
    from shared.reference.regions import full_region_name

    def person(subject: str, role: str, where: str, name: str, line: str, department: str | None = None) -> Person:
        place = full_region_name(where) or where
        return Person(TokenClaims(subject, role, where, None, department, name), f"{place}：{line}")

    return [
        person("dev-county-officer", "officer", county, "示例区县经办", "市场监管局经办人"),
        person("dev-county-approver", "approver", county, "示例区县审批", "市场监管局审批人"),
        person("dev-officer", "officer", region, "示例经办人", "市场监管局经办人"),
        person("dev-approver", "approver", region, "示例审批人", "市场监管局审批人"),
        person("dev-publisher", "approver", region[:2], "示例发布人", "发布分型结果的审批人"),
        person("dev-culture", "bureau", county, "示例推荐人", "文化和旅游部门工作人员", "culture"),
        person("dev-tax", "bureau", region, "示例税务", "税务部门工作人员", "tax"),
        person("dev-auditor", "auditor", region, "示例审计人", "审计员"),
        Person(TokenClaims(KEEPER, "security-admin", name="示例安全管理员"), "安全管理员：只管账号"),
    ]


class DevelopmentSignIn:
    """The provider of one platform; `shift`: how far its ports are from the usual ones; `portal`: its base address."""

    def __init__(self, data: DataDirectory, shift: int, portal: str) -> None:
        self.data, self.port, self.portal = data, PORT + shift, portal
        self.persons_file = data.issuer / "persons.json"

    @property
    def address(self) -> str:
        """The provider's issuer."""
        return f"http://{HOST}:{self.port}"

    def settings(self) -> Mapping[str, str]:
        """What the portal is told about signing in."""
        return {
            "public_address": self.portal or f"http://{HOST}:8000",
            "provider": self.address,
            "provider_client": CLIENT,
            "provider_secret": self.data.secret(SECRET),
        }

    def programs(self) -> list[Program]:
        """The provider's process; none without a portal."""
        if not self.portal:
            return []
        environment = {
            "MINGLU_DEVELOPMENT_FOLDER": str(self.data.root),
            "MINGLU_DEVELOPMENT_PORT": str(self.port),
            "MINGLU_DEVELOPMENT_PORTAL": self.portal,
        }
        command = (sys.executable, "-P", "-m", "deploy.local.development_provider")
        return [Program("sign-in", command, environment)]

    def admit_staff(self, region: str) -> None:
        """Name the bureau's people, as long as none are named."""
        from shared.reference.regions import counties_of

        if not self.persons_file.exists():
            self._write(staff_of(region, counties_of(region)[0]))

    async def admit_operators(self, clients: Mapping[str, Client]) -> None:
        """Name the operators who applied in the sample season, and the one who objected; staff move to its county."""
        state = self.data.read_state()
        if not state.get("season") or any(one["claims"]["role"] == "operator" for one in read_persons(self.data)):
            return
        season = (await clients["recognition"].get(f"/v1/seasons/{state['season']}")).json()
        applicants = Applicants(self.data, clients["typing"], clients["recognition"], season)
        people = list((await applicants.people()).items())
        shown = [*people[: OPERATORS_SHOWN - 3], *people[-3:]]
        numbers = {code: number for number, (code, _) in enumerate(people, start=1)}
        names = {code: (await clients["typing"].get(f"/v1/households/{code}")).json()["name"] for code, _ in shown}
        operators = [
            Person(TokenClaims(f"operator-{numbers[code]}", "operator", "", ref, None, "示例经营者"), names[code])
            for code, ref in shown
        ]
        if uscc := (state.get("objection") or {}).get("uscc"):
            ref = operator_pseudonyms(self.data, [uscc]).get(uscc)
            claims = TokenClaims("operator-objecting", "operator", "", ref, None, "示例异议人")
            operators.append(Person(claims, "提出过异议的经营者"))
        self._write([*operators, *staff_of(state["region"], season["county"])])

    async def open_accounts(self) -> None:
        """As the security administrator, once: an account for each member of staff, by the page that is for it."""
        if self.data.read_state().get("accounts"):
            return
        async with httpx.AsyncClient(base_url=self.portal, follow_redirects=True, trust_env=False) as browser:
            asked = await browser.get("/sign-in")
            page = await browser.get(f"{asked.url}&person={KEEPER}")
            token = FORM_TOKEN.search(page.text)
            if page.url.path != "/accounts" or token is None:
                raise CommandError(f"门户没有让示例的安全管理员登录（{page.status_code} {page.url.path}）")
            for person in read_persons(self.data):
                claims = person["claims"]
                if claims["role"] in ("operator", "security-admin"):
                    continue
                form = {
                    "_form": token[1],
                    "subject": claims["subject"],
                    "name": claims["name"],
                    "roles": claims["role"],
                    "region": claims["region"],
                    "department": claims["department"] or "",
                }
                answer = await browser.post("/accounts", data=form)
                if answer.is_error:
                    raise CommandError(f"门户没有为{claims['name']}开通账号（{answer.status_code}）")
        self.data.write_state({**self.data.read_state(), "accounts": True})

    def _write(self, persons: list[Person]) -> None:
        write_private(self.persons_file, json.dumps([asdict(one) for one in persons], ensure_ascii=False, indent=1))


def read_persons(data: DataDirectory) -> list[dict[str, Any]]:
    """The persons of the demonstration; none before its first start."""
    file = data.issuer / "persons.json"
    persons: list[dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.exists() else []
    return persons
