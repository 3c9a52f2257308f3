"""Stamp and read plates, solve and apply grades."""
