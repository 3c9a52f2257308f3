"""A graphic on a tracked plane: its light, blur, grain and edge; and the plane seen from the front."""
