"""What comes in: the shot's name and time, and its frames."""
