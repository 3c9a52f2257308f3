import pytest
import torch
from raccord.nodes import runtime
from raccord.nodes.image.blocks import block_length, map_blocks, spans


class Host:
    """Counts progress and cancels when told to."""

    def __init__(self, cancel_at=None):
        self.seen, self.cancel_at = [], cancel_at

    def check_cancelled(self):
        if self.cancel_at is not None and len(self.seen) >= self.cancel_at:
            raise KeyboardInterrupt

    def show_progress(self, done, total):
        self.seen.append((done, total))


def test_spans_cover_every_frame_once():
    assert list(spans(7, 3)) == [(0, 3), (3, 6), (6, 7)]


def test_blocks_stay_in_budget():
    assert block_length(1080, 1920) == 2
    assert block_length(10_000, 10_000) == 1


@pytest.mark.parametrize("block", [1, 3, 100])
def test_block_size_does_not_show(block):
    images = torch.rand(7, 4, 5, 3)
    before = images.clone()
    assert torch.equal(map_blocks(images, lambda x: x * 2, block=block), before * 2)
    assert torch.equal(images, before)


def test_progress_moves_and_cancel_stops():
    host = Host()
    with runtime.surrounded_by(host):
        map_blocks(torch.zeros(4, 2, 2, 3), lambda x: x, block=2)
    assert host.seen == [(2, 4), (4, 4)]
    with runtime.surrounded_by(Host(cancel_at=1)), pytest.raises(KeyboardInterrupt):
        map_blocks(torch.zeros(4, 2, 2, 3), lambda x: x, block=1)
