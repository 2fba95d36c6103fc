"""What a target is: how it spells functions, and the helpers that its generated code brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradatim.compile.by_entry import (
    ASIDE,
    GAMMA_RISE,
    HUBER,
    LOG1MEXP,
    LOG_BETA,
    LOG_COSH,
    LOG_SHARES,
    LOG_SOFTMAX,
    MILLS_GAP,
    NEAR_ZERO,
    SECH2,
    SIGMOID_GAP,
    SIGMOID_LESS,
    SIGMOID_SLOPE,
    UNIT,
    UNIT_IN_NUMPY,
)
from gradatim.compile.low_rank_code import low_rank_helpers
from gradatim.compile.spectra import matrix_helpers, spectral_helpers

LARGEST = ("{m}.max(z, axis=axis, keepdims=True)", "torch.amax(z, () if axis is None else axis, keepdim=True)")
"""The largest entries along an axis, or of all, as NumPy and JAX write it, and as torch does."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A target. `maps` are templates of functions entry by entry, `helpers` the source of functions named in templates,
    `headers` the imports that a helper or a template needs, by the word that gives it away."""

    name: str
    module: str
    array: str
    maps: Mapping[str, str]
    helpers: Mapping[str, str]
    imports: Mapping[str, str]
    scalar_maps: Mapping[str, str] = field(default_factory=dict)


COMMON = {
    "exp": "{m}.exp({0})",
    "log": "{m}.log({0})",
    "log1p": "{m}.log1p({0})",
    "expm1": "{m}.expm1({0})",
    "sqrt": "{m}.sqrt({0})",
    "sin": "{m}.sin({0})",
    "cos": "{m}.cos({0})",
    "tan": "{m}.tan({0})",
    "arctan": "{m}.arctan({0})",
    "sinh": "{m}.sinh({0})",
    "cosh": "{m}.cosh({0})",
    "tanh": "{m}.tanh({0})",
    "sign": "{m}.sign({0})",
    "abs": "{m}.abs({0})",
    "max": "{m}.maximum({0}, {1})",
    "arctan2": "{m}.arctan2({0}, {1})",
    "min": "{m}.minimum({0}, {1})",
    "huber": "_huber({0}, {1})",
    "arcsin": "{m}.arcsin({0})",
    "arccos": "{m}.arccos({0})",
    "arcsinh": "{m}.arcsinh({0})",
    "arctanh": "{m}.arctanh({0})",
    "where": "{m}.where({0} > 0, {1}, 0)",
    "elsewhere": "{m}.where({0} > 0, 0, {1})",
    "sigmoid_slope": "_sigmoid_slope({0})",
    "sigmoid_less": "_sigmoid_less({0}, {1})",
    "sigmoid_gap": "_sigmoid_gap({0}, {1})",
    "sech2": "_sech2({0})",
    "log_cosh": "_log_cosh({0})",
    "log1mexp": "_log1mexp({0})",
    "near_zero": "_near_zero({0}, {1}, {parameter})",
    "mills_gap": "_mills_gap({0})",
    "gamma_rise": "_gamma_rise({0}, {1}, {parameter})",
    "log_beta": "_log_beta({0}, {1})",
    "aside": "_aside({0}, {parameter})",
    "fitted": "_fitted({0}, {1}, {parameter})",
    "floor": "{m}.floor({0})",
    "rint": "{m}.round({0})",
    "exp_less": "{m}.exp({0} - {1})",
    "unit": "_unit({0}, {1})",
    "away": "{m}.where({m}.abs({0}) < {parameter}, {parameter}, {0})",
}
SPECIAL = {
    "erf": "{s}.erf({0})",
    "erfc": "{s}.erfc({0})",
    "erfcx": "{s}.erfcx({0})",
    "log_ndtr": "{s}.log_ndtr({0})",
    "erfinv": "{s}.erfinv({0})",
    "ndtri": "{s}.ndtri({0})",
    "besseli0": "{s}.i0({0})",
    "besseli1": "{s}.i1({0})",
    "besselie0": "{s}.i0e({0})",
    "besselie1": "{s}.i1e({0})",
    "besseli2": "_besseli2({0})",
    "besselie2": "_besselie2({0})",
    "digamma": "{s}.digamma({0})",
    "lgamma": "{s}.gammaln({0})",
    "gamma": "{s}.gamma({0})",
    "factorial": "{s}.gamma({0} + 1)",
    "polygamma": "{s}.polygamma({parameter}, {0})",
}


def special(module: str, *without: str) -> dict[str, str]:
    """Special functions of a module that names them as SciPy does."""
    return {name: t.replace("{s}", module) for name, t in SPECIAL.items() if name not in without}


def templates(module: str, more: Mapping[str, str]) -> dict[str, str]:
    return {name: t.replace("{m}", module) for name, t in {**COMMON, **more}.items()}


def helpers(module: str, *sources: str) -> dict[str, str]:
    """Sources of helpers for a module, by the names of their functions."""
    out = {}
    for s in sources:
        name = s.split("def ")[1].split("(")[0]
        out[name] = s.strip("\n").replace("{m}", module)
    return out


def shared_helpers(module: str, sigmoid: str, erfcx: str, as_array: str, lgamma: str) -> dict[str, str]:
    """The helpers that every target has, by its names of the sigmoid and of the scaled complementary error function."""
    return helpers(
        module,
        SIGMOID_LESS.replace("{sigmoid}", sigmoid),
        SIGMOID_GAP.replace("{sigmoid}", sigmoid),
        MILLS_GAP.replace("{erfcx}", erfcx),
        SIGMOID_SLOPE,
        SECH2,
        LOG_COSH,
        LOG1MEXP,
        NEAR_ZERO,
        ASIDE.replace("{array}", as_array),
        HUBER,
        UNIT_IN_NUMPY if module == "np" else UNIT,
        LOG_SHARES,
        LOG_SOFTMAX.replace("{largest}", LARGEST[module == "torch"]),
        GAMMA_RISE,
        LOG_BETA.replace("{lgamma}", lgamma),
        *spectral_helpers(module),
        *matrix_helpers(module),
        *low_rank_helpers(module),
    )
