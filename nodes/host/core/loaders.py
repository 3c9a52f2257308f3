"""Pictures and films by name."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from comfy_api.v0_0_2 import InputImpl, io
from PIL import Image, ImageOps, ImageSequence

from ... import runtime
from . import paths


class LoadImage(io.ComfyNode):
    """A picture, or all pictures of an animated file as a batch, and its transparency."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="LoadImage", display_name="Load Image", category="image", essentials_category="Basics",
            inputs=[io.Combo.Input("image", options=paths.files_in_input("image"), upload=io.UploadType.image)],
            outputs=[io.Image.Output(), io.Mask.Output()],
        )

    @classmethod
    def execute(cls, image: str) -> io.NodeOutput:
        """Decode; a mask of 64 x 64 zeros says that there is no transparency."""
        path = str(paths.find(image))
        parts = InputImpl.VideoFromFile(path).get_components()
        if not len(parts.images):
            return io.NodeOutput(*_read_with_pillow(path))
        mask = torch.zeros(len(parts.images), 64, 64) if parts.alpha is None else 1.0 - parts.alpha[..., -1]
        return io.NodeOutput(parts.images, mask)

    @classmethod
    def validate_inputs(cls, image: str) -> bool | str:
        """Ask whether the file is there."""
        return paths.exists(image) or f"Invalid image file: {image}"

    @classmethod
    def fingerprint_inputs(cls, image: str) -> str:
        """Hash of the file."""
        return hashlib.sha256(paths.find(image).read_bytes()).hexdigest()


def _read_with_pillow(path: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Read what PyAV cannot: animated WebP. Pictures of another size than the first are left out, as ComfyUI does."""
    pictures, masks, size = [], [], None
    with Image.open(path) as file:
        for turned in ImageSequence.Iterator(file):
            runtime.check_cancelled()
            picture = ImageOps.exif_transpose(turned)
            size = size or picture.size
            if picture.size != size:
                continue
            pictures.append(torch.from_numpy(np.array(picture.convert("RGB")).astype(np.float32) / 255.0))
            alpha = np.array(picture.getchannel("A")).astype(np.float32) / 255.0 if "A" in picture.getbands() else None
            masks.append(torch.zeros(64, 64) if alpha is None else 1.0 - torch.from_numpy(alpha))
    return torch.stack(pictures), torch.stack(masks)


class LoadVideo(io.ComfyNode):
    """A film, not decoded before somebody asks."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="LoadVideo", display_name="Load Video", category="video", essentials_category="Basics",
            search_aliases=["import video", "open video", "video file"],
            inputs=[io.Combo.Input("file", options=paths.files_in_input("video"), upload=io.UploadType.video)],
            outputs=[io.Video.Output()],
        )

    @classmethod
    def execute(cls, file: str) -> io.NodeOutput:
        """Hand on the file."""
        return io.NodeOutput(InputImpl.VideoFromFile(str(paths.find(file))))

    @classmethod
    def validate_inputs(cls, file: str) -> bool | str:
        """Ask whether the file is there."""
        return paths.exists(file) or f"Invalid video file: {file}"

    @classmethod
    def fingerprint_inputs(cls, file: str) -> float:
        """Time of the file's last change."""
        return paths.find(file).stat().st_mtime
