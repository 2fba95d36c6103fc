"""Formulas to programs: planning on the index core, and readable source for NumPy, JAX and PyTorch."""
