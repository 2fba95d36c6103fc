"""Judging what people wrote: an answer, a derivation, a claim; which mistake it holds, where, and how sure that is."""
