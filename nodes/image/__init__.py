"""Pixel arithmetic that more than one job needs, on torch tensors and numpy arrays."""
