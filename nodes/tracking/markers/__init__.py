"""Stamped markers: their shapes, where they stand, and how they are found again."""
