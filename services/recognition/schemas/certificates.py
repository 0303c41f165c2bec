"""What a certificate says to anyone who checks it."""

from services.recognition.models import Recognition
from services.recognition.schemas.recognitions import RecognitionView
from shared.regions import region_name, regions

PATHS = {"application": "自主申报认定", "recommendation": "部门推荐认定"}


class CertificateView(RecognitionView):
    """What a certificate says: also who issued it, and by which path."""

    issued_by: str
    path: str
    path_label: str

    @classmethod
    def of(cls, row: Recognition) -> "CertificateView":
        """From the stored row."""
        granted_in = row.transferred_from or row.county
        more = {"issued_by": f"{full_name(granted_in)}市场监督管理局", "path": row.path, "path_label": PATHS[row.path]}
        return cls.model_validate(RecognitionView.of(row).model_dump() | more)


def full_name(county: str) -> str:
    """A county's name after its city's or municipality's; the code where it is not known."""
    region = regions().get(county)
    if region is None:
        return county
    above = region_name(region.parent)
    return region.name if above in (None, region.name) else f"{above}{region.name}"
