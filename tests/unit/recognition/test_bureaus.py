"""Which bureau issued a certificate, by its name."""

import pytest

from shared.reference.regions import bureau_name


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("410105", "郑州市金水区市场监督管理局"),
        ("4101", "郑州市市场监督管理局"),
        ("41", "河南省市场监督管理局"),
        ("120101", "天津市和平区市场监督管理局"),
        ("12", "天津市市场监督管理委员会"),
    ],
)
def test_a_bureau_is_called_after_its_region(region: str, name: str):
    assert bureau_name(region) == name
