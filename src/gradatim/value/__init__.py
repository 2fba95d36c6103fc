"""Evaluation of a term as it stands: no law and no lift is used, so that what is evaluated can judge what was derived.

`gradatim.value.evaluate.run` evaluates over any ring: float64 (`floats`), balls (`balls`), a prime field (`field`).
People call `gradatim.value.floats.evaluate`. NumPy is imported by `floats` alone.
"""
