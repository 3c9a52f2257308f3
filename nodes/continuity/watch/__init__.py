"""Watched details: followed through a clip and over its joins."""
