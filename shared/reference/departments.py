"""The departments (部门) that deliver data, are asked for their opinion, recommend households, or work on the platform.

A closed list: the market-supervision bureaus, those whose feeds the policies rest on, and the members of the joint
conference on household businesses (扶持个体工商户发展联席会议) that consultations and recommendations name. A token
names a department; its region identifies the bureau.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Department(StrEnum):
    """A department; the values are used in tokens, request bodies and tables."""

    MARKET = "market"
    TAX = "tax"
    HUMAN_RESOURCES = "human-resources"
    INTELLECTUAL_PROPERTY = "intellectual-property"
    COURT = "court"
    CULTURE = "culture"
    AGRICULTURE = "agriculture"
    COMMERCE = "commerce"
    INDUSTRY = "industry"
    DEVELOPMENT = "development"
    SCIENCE = "science"
    EDUCATION = "education"
    PUBLIC_SECURITY = "public-security"
    CIVIL_AFFAIRS = "civil-affairs"
    JUSTICE = "justice"
    FINANCE = "finance"
    NATURAL_RESOURCES = "natural-resources"
    ECOLOGY = "ecology"
    HOUSING = "housing"
    URBAN_MANAGEMENT = "urban-management"
    TRANSPORT = "transport"
    HEALTH = "health"
    HEALTH_INSURANCE = "health-insurance"
    VETERANS = "veterans"
    EMERGENCY = "emergency"
    FIRE = "fire"
    FORESTRY = "forestry"
    SPORT = "sport"
    TOBACCO = "tobacco"
    POST = "post"
    CUSTOMS = "customs"
    DATA = "data"
    GOVERNMENT_SERVICES = "government-services"
    FINANCIAL_REGULATION = "financial-regulation"
    CENTRAL_BANK = "central-bank"
    DISABLED_PERSONS = "disabled-persons"
    COMMERCE_FEDERATION = "commerce-federation"
    WOMEN = "women"
    YOUTH = "youth"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return LABELS[self]


LABELS: Mapping[Department, str] = MappingProxyType(
    {
        Department.MARKET: "市场监管部门",
        Department.TAX: "税务部门",
        Department.HUMAN_RESOURCES: "人力资源和社会保障部门",
        Department.INTELLECTUAL_PROPERTY: "知识产权部门",
        Department.COURT: "人民法院",
        Department.CULTURE: "文化和旅游部门",
        Department.AGRICULTURE: "农业农村部门",
        Department.COMMERCE: "商务部门",
        Department.INDUSTRY: "工业和信息化部门",
        Department.DEVELOPMENT: "发展改革部门",
        Department.SCIENCE: "科学技术部门",
        Department.EDUCATION: "教育部门",
        Department.PUBLIC_SECURITY: "公安机关",
        Department.CIVIL_AFFAIRS: "民政部门",
        Department.JUSTICE: "司法行政部门",
        Department.FINANCE: "财政部门",
        Department.NATURAL_RESOURCES: "自然资源部门",
        Department.ECOLOGY: "生态环境部门",
        Department.HOUSING: "住房和城乡建设部门",
        Department.URBAN_MANAGEMENT: "城市管理部门",
        Department.TRANSPORT: "交通运输部门",
        Department.HEALTH: "卫生健康部门",
        Department.HEALTH_INSURANCE: "医疗保障部门",
        Department.VETERANS: "退役军人事务部门",
        Department.EMERGENCY: "应急管理部门",
        Department.FIRE: "消防救援机构",
        Department.FORESTRY: "林业和草原部门",
        Department.SPORT: "体育部门",
        Department.TOBACCO: "烟草专卖部门",
        Department.POST: "邮政管理部门",
        Department.CUSTOMS: "海关",
        Department.DATA: "数据管理部门",
        Department.GOVERNMENT_SERVICES: "政务服务部门",
        Department.FINANCIAL_REGULATION: "金融监管部门",
        Department.CENTRAL_BANK: "中国人民银行",
        Department.DISABLED_PERSONS: "残疾人联合会",
        Department.COMMERCE_FEDERATION: "工商业联合会",
        Department.WOMEN: "妇女联合会",
        Department.YOUTH: "共青团",
    }
)
