"""Mark, track, pin and export surfaces."""
