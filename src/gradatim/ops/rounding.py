"""Whole numbers near an entry: the next below, and the nearest. They are constant between their jumps."""

from __future__ import annotations

from gradatim.ops.base import Op
from gradatim.ops.pointwise import DLMF, pointwise

floor: Op = pointwise(
    "floor",
    "largest whole number not above",
    None,
    f"{DLMF}, Front Matter, Common Notations",
    "np.floor({0})",
    r"\operatorname{floor}",
    domain="fraction",
    needs=lambda _node: (),
    rises=True,
)
rint: Op = pointwise(
    "rint",
    "nearest whole number",
    None,
    "IEEE Standard 754 (2019), 5.9, roundToIntegralTiesToEven",
    "np.rint({0})",
    r"\operatorname{rint}",
    domain="fraction",
    needs=lambda _node: (),
    rises=True,
)
