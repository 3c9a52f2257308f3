"""The guard's picture: what was seen where."""
