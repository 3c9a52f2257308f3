"""A join between two clips: what changes there beside what changes inside them, and what is said of it."""
