"""Tracks of other programs: read and written."""
