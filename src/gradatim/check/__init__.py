"""Checking: a derivative against its function (`verify`), one term against another (`ladder`)."""
