"""Derivations: the steps from a function to its derivative, each with its rule, its shape and what was verified of it."""
