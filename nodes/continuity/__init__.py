"""Compare a clip with its keyframes and neighbours, and gate the graph."""
