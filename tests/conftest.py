"""Nodes see the real comfy_api where it is on the path, and the host's stand-in elsewhere."""

from raccord.nodes.host import api

api.provide()
