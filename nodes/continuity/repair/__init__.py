"""A join mended step by step, and only where the guard says that it got better."""
