"""A clip at another speed."""
