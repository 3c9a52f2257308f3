"""A clip's first and last frame beside the keyframes it was made from."""
