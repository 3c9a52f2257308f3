"""Nodes see the real comfy_api where it is on the path, and the host's stand-in elsewhere."""

import pytest
from raccord.nodes.host import api

api.provide()


@pytest.fixture(scope="session")
def example():
    """The example shot, drawn once: every job is tested against its truth. Not to be changed by a test."""
    from raccord.nodes.shot.example import draw_example

    return draw_example()
