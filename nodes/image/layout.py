"""Shapes of pictures: checking them when they come in, and turning them round for the libraries."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..wires.check import quoted

_PIECE = 1 << 15  # values at a time: they stay in the cache, and are too few to be worth threads

def check_image(image: torch.Tensor, name: str = "images") -> torch.Tensor:
    """Return `image` if it is an IMAGE batch (B, H, W, 3|4) of finite floats.

    Raises:
        ValueError: Another type or shape, an empty batch, or a frame with values that are not numbers (the frame is named).
    """
    if not isinstance(image, torch.Tensor):
        raise ValueError(f"expected an IMAGE batch in {name}, got {quoted(image)}: wire pictures")
    if image.ndim != 4 or image.shape[-1] not in (3, 4) or not image.is_floating_point():
        raise ValueError(f"expected an IMAGE batch (frames, height, width, 3 or 4) of floats in {name}, "
                         f"got {tuple(image.shape)} {_kind(image)}: wire pictures")
    if 0 in image.shape:
        raise ValueError(f"expected at least one frame and one pixel in {name}, got {tuple(image.shape)}: wire pictures")
    if (bad := _not_finite(image)) is not None:
        raise ValueError(f"expected numbers in {name}, got NaN or infinity in frame {bad}: repair or leave out that frame")
    return image


def _kind(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _not_finite(batch: torch.Tensor) -> int | None:
    """First frame with a value that is not a number, or None."""
    exact = torch.promote_types(batch.dtype, torch.float32)  # half floats overflow in a sum
    for start in range(0, len(batch), 16):  # a sum is not finite where a value is not, and needs no copy of the batch
        totals = batch[start:start + 16].flatten(1).sum(dim=1, dtype=exact)
        if not torch.isfinite(totals).all():
            return start + int((~torch.isfinite(totals)).nonzero()[0])
    return None


def split_alpha(image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Split (…, 3|4) into colour (…, 3) and alpha (…, 1) or None. Views, no copies."""
    return (image[..., :3], image[..., 3:4]) if image.shape[-1] == 4 else (image, None)


def join_alpha(rgb: torch.Tensor, alpha: torch.Tensor | None) -> torch.Tensor:
    """Put alpha (…, 1) back behind colour (…, 3)."""
    return rgb if alpha is None else torch.cat((rgb, alpha.to(rgb)), dim=-1)


def to_bchw(image: torch.Tensor) -> torch.Tensor:
    """View (B, H, W, C) as (B, C, H, W)."""
    return image.movedim(-1, -3)


def to_bhwc(image: torch.Tensor) -> torch.Tensor:
    """View (B, C, H, W) as (B, H, W, C)."""
    return image.movedim(-3, -1)


def to_uint8(image: torch.Tensor) -> np.ndarray:
    """Round values 0..1 to 0..255, halves up, out-of-range values clipped, as a contiguous array; uint8 stays as it is."""
    image = image.detach().cpu().contiguous()
    if image.dtype == torch.uint8:
        return image.numpy()
    out = torch.empty(image.shape, dtype=torch.uint8)
    for piece, codes in zip(image.view(-1).split(_PIECE), out.view(-1).split(_PIECE), strict=True):
        codes.copy_(piece.clamp(0, 1).mul_(255).add_(0.5))
    return out.numpy()


def from_uint8(array: np.ndarray) -> torch.Tensor:
    """Turn 0..255 into float32 0..1."""
    return torch.from_numpy(np.require(array, requirements=["C", "W"])).to(torch.float32).div_(255)


def luma(image: torch.Tensor) -> torch.Tensor:
    """Rec.709 luma of encoded (…, 3|4): (…)."""
    weights = torch.tensor((0.2126, 0.7152, 0.0722), dtype=image.dtype, device=image.device)
    return image[..., :3] @ weights


def gray_uint8(image: torch.Tensor) -> np.ndarray:
    """Luma of encoded frames as uint8 (…), for OpenCV."""
    return to_uint8(luma(image))


def is_no_mask(mask: torch.Tensor | None, height: int, width: int) -> bool:
    """Whether a MASK says nothing: absent, or LoadImage's 64 × 64 of zeros beside a picture of another size."""
    if mask is None:
        return True
    return tuple(mask.shape[-2:]) == (64, 64) and (height, width) != (64, 64) and not bool(mask.any())


def check_mask(mask: torch.Tensor | None, count: int, height: int, width: int, name: str = "mask") -> torch.Tensor | None:
    """Bring a MASK to (1 or `count`, `height`, `width`), or None where it says nothing.

    Raises:
        ValueError: It is no mask, its number of frames is neither 1 nor the clip's, its shape of frame is another than the
            picture's, or a frame holds values that are not numbers.
    """
    if mask is None:
        return None
    if not isinstance(mask, torch.Tensor) or (mask.ndim not in (2, 3) and (mask.ndim, *mask.shape[1:2]) != (4, 1)):
        got = f"{tuple(mask.shape)} {_kind(mask)}" if isinstance(mask, torch.Tensor) else quoted(mask)
        raise ValueError(f"expected a MASK (frames, height, width) in {name}, got {got}: wire a mask")
    if is_no_mask(mask, height, width):
        return None
    mask = mask if mask.ndim == 3 else mask.reshape(-1, *mask.shape[-2:])
    if len(mask) not in (1, count) or 0 in mask.shape:
        frames = "1 frame" if count == 1 else f"1 or {count} frames"
        raise ValueError(f"expected {frames} with pixels in {name}, got {tuple(mask.shape)}: wire one mask, or one a frame")
    if (bad := _not_finite(mask.float())) is not None:
        raise ValueError(f"expected numbers in {name}, got NaN or infinity in frame {bad}: repair or leave out that mask")
    if tuple(mask.shape[-2:]) == (height, width):
        return mask.float()
    was_h, was_w = mask.shape[-2:]
    if abs(was_w * height - was_h * width) > max(was_w, was_h, width, height):
        raise ValueError(f"expected {name} of the picture's shape {width}x{height}, got {was_w}x{was_h}: "
                         "make it from the same pictures")
    return F.interpolate(mask.float()[:, None], (height, width), mode="area" if was_h > height else "bilinear")[:, 0]


def resize(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Resize (B, H, W, C) to `height` × `width`, antialiased, on the values as they are."""
    if tuple(image.shape[1:3]) == (height, width):
        return image
    out = F.interpolate(to_bchw(image), (height, width), mode="bicubic", antialias=True, align_corners=False)
    return to_bhwc(out).clamp(0, 1)
