"""Known defects put into a clip on purpose."""
