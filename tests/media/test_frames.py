from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from films import VideoFromFile, noise, write_rgb
from raccord.nodes.media.frames import Frames


@pytest.fixture
def film(tmp_path):
    frames = noise(11)
    return VideoFromFile(write_rgb(tmp_path / "x.mkv", frames, Fraction(25))), torch.from_numpy(frames).float() / 255


def test_a_film_and_its_batch_are_the_same_frames(film):
    video, batch = film
    for clip, fps in ((video, Fraction(25)), (batch, None)):
        frames = Frames(clip)
        assert (len(frames), frames.size, frames.channels, frames.fps) == (11, (122, 90), 3, fps)
        assert torch.equal(torch.cat([block for _, block in frames.blocks(4)]), batch)
        assert [start for start, _ in frames.blocks(4)] == [0, 4, 8]
        assert torch.equal(frames.frame(7), batch[7])
        assert torch.equal(frames.pick([9, 2]), batch[[9, 2]])
        assert torch.equal(frames.read(3, 8), batch[3:8])


def test_the_codes_of_an_8_bit_film_are_its_floats(film):
    video, batch = film
    codes = Frames(video).read(2, 7, codes=True)
    assert codes.dtype == torch.uint8
    assert torch.equal(codes.float() / 255, batch[2:7])
    assert Frames(batch).read(2, 7, codes=True).dtype == torch.float32


def test_a_batch_is_passed_by_reference():
    batch = torch.rand(5, 4, 4, 3)
    assert Frames(batch).read(1, 3).data_ptr() == batch[1:].data_ptr()


def test_a_trimmed_video_counts_from_its_start(film):
    video, batch = film
    video.window = (0.08, 0.2)
    frames = Frames(video)
    assert len(frames) == 5
    assert torch.equal(frames.frame(0), batch[2])


def test_a_video_built_in_the_graph_is_not_encoded_to_be_read():
    images = torch.rand(3, 4, 5, 3)
    video = SimpleNamespace(get_components=lambda: SimpleNamespace(images=images, frame_rate=Fraction(30)),
                            get_stream_source=lambda: pytest.fail("would encode"))
    frames = Frames(video)
    assert frames.is_batch
    assert frames.fps == 30
    assert torch.equal(frames.read(0, 3), images)


@pytest.mark.parametrize("clip", [None, 3, "clip.mp4", np.zeros((1, 4, 4, 3))])
def test_other_things_are_no_clip(clip):
    with pytest.raises(ValueError, match="IMAGE batch or a VIDEO in next_clip"):
        Frames(clip, "next_clip")


def test_frames_outside_are_refused(film):
    for clip in film:
        with pytest.raises(ValueError, match=r"within 0\.\.11"):
            Frames(clip).read(5, 12)
