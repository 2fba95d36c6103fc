"""Derivatives: reverse accumulation over the graph, lifted to formulas, verified before they are returned."""

from gradatim.derive.derivative import derivative, differential

__all__ = ["derivative", "differential"]
