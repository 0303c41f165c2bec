"""What is filled in about an account, read and checked."""

import re
from dataclasses import dataclass

from services.portal.accounts.service import ROLES, Admission
from services.portal.shell.forms import Form
from shared.platform.identity import OF_MARKET_SUPERVISION, Role
from shared.reference.departments import Department
from shared.reference.regions import region_name


@dataclass(frozen=True)
class AccountForm:
    """The values as they were filled in, to be shown again, and what is wrong with them."""

    subject: str
    name: str
    roles: list[str]
    region: str
    department: str

    @classmethod
    def read(cls, form: Form) -> "AccountForm":
        """From a form."""
        roles = [role for role in form.all("roles") if role in {one.value for one in ROLES}]
        return cls(
            form.text("subject", 201), form.text("name", 101), roles, form.text("region"), form.text("department")
        )

    def admission(self) -> Admission:
        """What the account will say."""
        return Admission(self.name, self.roles, self.region, self.department or None)

    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, in the order of the fields."""
        found: list[tuple[str, str]] = []
        if not 0 < len(self.subject) <= 200 or not self.subject.isprintable():
            found.append(("subject", "请填写统一身份认证里的用户标识，1 到 200 个字符。"))
        if not 0 < len(self.name) <= 100:
            found.append(("name", "请填写姓名，1 到 100 个字。"))
        if not self.roles:
            found.append(("roles", "请至少选一个角色。"))
        elif Role.AUDITOR in self.roles and len(self.roles) > 1:
            found.append(("roles", "审计员不得兼任其他角色：自己办的事不能由自己审计。"))
        if self.region and (not re.fullmatch(r"[0-9]{2,6}", self.region) or not region_name(self.region)):
            found.append(("region", "没有这个区划代码。省填 2 位，市填 4 位，县填 6 位；管全国的不填。"))
        if self.department and self.department not in set(Department):
            found.append(("department", "请从列表里选一个部门。"))
        elif (
            self.department not in ("", Department.MARKET)
            and {Role(role) for role in self.roles} & OF_MARKET_SUPERVISION
        ):
            found.append(("department", "经办人和审批人只属于市场监督管理部门。"))
        elif Role.BUREAU in self.roles and not self.department:
            found.append(("department", "部门工作人员要写明部门。"))
        return found
