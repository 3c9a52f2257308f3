"""What the canvas is told of a node that reports: its verdict in a compact form, and pictures to look at."""
