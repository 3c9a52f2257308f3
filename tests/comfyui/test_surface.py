"""What ComfyUI says of our nodes is what is frozen, word for word in every version."""

import json

from surface import FROZEN, differences, surface_of


def test_the_surface_is_as_frozen(server):
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert differences(frozen, surface_of(server.get("/object_info"))) == []
