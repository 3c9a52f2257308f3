"""Following a surface through a clip: states, corners, findings, and the picture of it."""
