"""Stamped markers taken out: what was under them, how it is known, and how it is put back."""
