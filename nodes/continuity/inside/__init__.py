"""What happens inside one clip: drift, cuts, flashes, rhythm, light, and its numbers frame by frame."""
