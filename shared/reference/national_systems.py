"""The systems outside the platform in which the texts want results to stand, and their names."""

from collections.abc import Mapping
from enum import StrEnum


class System(StrEnum):
    """Where results are published. The names are the events', the URLs' and the tables'."""

    PROVINCE_DIRECTORY = "province-directory"
    NATIONAL_DIRECTORY = "national-directory"
    CREDIT_PUBLICITY = "credit-publicity"
    CULTIVATION_PLATFORM = "cultivation-platform"


SYSTEM_LABELS: Mapping[System, str] = {
    System.PROVINCE_DIRECTORY: "省级个体工商户名录",
    System.NATIONAL_DIRECTORY: "全国“个体工商户名录”",
    System.CREDIT_PUBLICITY: "国家企业信用信息公示系统",
    System.CULTIVATION_PLATFORM: "“名特优新”个体工商户培育平台",
}
