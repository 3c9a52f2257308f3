"""Saving a film that is a file: its tracks are copied where they fit, and encoded again where they do not."""
