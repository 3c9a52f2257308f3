import pytest
import torch
from raccord.nodes.image.layout import (
    check_image,
    check_mask,
    from_uint8,
    is_no_mask,
    join_alpha,
    luma,
    resize,
    split_alpha,
    to_uint8,
)


@pytest.mark.parametrize(("image", "words"), [
    (torch.zeros(0, 4, 4, 3), "at least one frame"), (torch.zeros(4, 4, 3), "height, width"),
    (torch.zeros(1, 4, 4, 1), "height, width"),
    ("picture", "IMAGE batch"), (torch.full((1, 2, 2, 3), float("nan")), "NaN or infinity in frame 0"),
])
def test_what_is_no_image_is_refused_by_name(image, words):
    with pytest.raises(ValueError, match=words) as refusal:
        check_image(image, "photo")
    assert "photo" in str(refusal.value)


def test_the_bad_frame_is_named():
    image = torch.zeros(40, 2, 2, 3)
    image[33, 1, 1, 2] = float("inf")
    with pytest.raises(ValueError, match="frame 33"):
        check_image(image)


def test_uint8_rounds_and_clips():
    assert to_uint8(torch.tensor([-1.0, 0.0, 0.4999 / 255, 0.5 / 255, 254.6 / 255, 2.0])).tolist() == [0, 0, 0, 1, 255, 255]
    assert torch.equal(from_uint8(to_uint8(torch.arange(256) / 255)), torch.arange(256) / 255)


def test_alpha_survives():
    image = torch.rand(2, 3, 4, 4)
    assert torch.equal(join_alpha(*split_alpha(image)), image)
    assert split_alpha(image[..., :3])[1] is None


def test_luma_is_rec709():
    colours = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    assert luma(colours).tolist() == pytest.approx([0.2126, 0.7152, 0.0722, 1])


def test_load_images_empty_mask_means_none():
    assert is_no_mask(torch.zeros(1, 64, 64), 100, 100)
    assert not is_no_mask(torch.zeros(1, 64, 64), 64, 64)
    assert not is_no_mask(torch.ones(1, 64, 64), 100, 100)
    assert check_mask(torch.zeros(1, 64, 64), 5, 100, 100) is None


def test_masks_are_resized_or_refused_naming_both_sizes():
    assert check_mask(torch.ones(1, 50, 100), 3, 100, 200).shape == (1, 100, 200)
    with pytest.raises(ValueError, match="200x100, got 50x50"):
        check_mask(torch.ones(1, 50, 50), 3, 100, 200)
    with pytest.raises(ValueError, match="1 or 3 frames"):
        check_mask(torch.ones(2, 100, 200), 3, 100, 200)


def test_resize_keeps_a_constant():
    assert resize(torch.full((1, 7, 9, 3), 0.3), 4, 21).sub(0.3).abs().max() < 1e-6
