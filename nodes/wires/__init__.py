"""The nouns: frozen dataclasses that travel between nodes."""
