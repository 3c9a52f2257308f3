import re

import pytest
import torch
from node_calls import Place, call, frames, furnish
from raccord.nodes import runtime

_FOREIGN = re.compile(r"OpenCV|Traceback|torch\.|Tensor\b.*object|\bErrno\b|\bnumpy\b|has no attribute|NoneType|"
                      r"\w(Error|Exception)\b")


@pytest.fixture
def place(tmp_path):
    """Folders with the files that good arguments name; the nodes see no others."""
    here, before = Place(tmp_path), frames().clone()
    with runtime.surrounded_by(here):
        furnish(here)
        yield here
    assert torch.equal(frames(), before), "a node changed the frames that it was given"
    assert {p.name for p in tmp_path.iterdir()} == {"input", "output", "temp"}, "something was written elsewhere"


@pytest.fixture
def refused(place):
    """Calls a node and returns the one sentence with which it refuses, after which nothing may be left."""

    def refuse(node, **changes):
        copies = {name: value.clone() for name, value in changes.items() if isinstance(value, torch.Tensor)}
        with pytest.raises(ValueError, match="expected") as caught:
            call(node, **changes)
        assert caught.type is ValueError, f"{caught.type.__name__} is a foreign word"
        said = str(caught.value)
        assert re.match(r"([\w :.]+: )?expected .+ got .+: .+", said), said
        assert "\n" not in said
        assert len(said) < 400, said
        assert not _FOREIGN.search(said), said
        assert place.left() == []
        assert all(torch.equal(changes[name].nan_to_num(), copy.nan_to_num()) for name, copy in copies.items())
        return said

    return refuse
