"""The campaigns of single provinces by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from lrs.simulate.campaign import Campaign
from lrs.simulate.ha_noi import ha_noi
from lrs.simulate.lam_dong import lam_dong
from lrs.simulate.quang_binh import quang_binh
from lrs.simulate.thanh_hoa import thanh_hoa

CAMPAIGNS: Final[Mapping[str, Callable[[int], Campaign]]] = MappingProxyType(
    {"quang-binh": quang_binh, "thanh-hoa": thanh_hoa, "lam-dong": lam_dong, "ha-noi": ha_noi}
)
"""By name what makes the campaign of a seed."""
