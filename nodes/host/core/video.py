"""Films in parts, and batches."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import torch
from comfy_api.v0_0_2 import InputImpl, Types, io

LARGEST = 16384


class GetVideoComponents(io.ComfyNode):
    """A film taken apart."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="GetVideoComponents", display_name="Get Video Components", category="video",
            description="Extracts video frames, audio, frame rate, bit depth, and color space.",
            search_aliases=["extract frames", "split video", "video to images", "demux"],
            inputs=[io.Video.Input("video", tooltip="The video to extract components from.")],
            outputs=[
                io.Image.Output(display_name="images"), io.Audio.Output(display_name="audio"),
                io.Float.Output(display_name="fps"), io.Int.Output(display_name="bit_depth"),
                io.Combo.Output(display_name="color_space"),
            ],
        )

    @classmethod
    def execute(cls, video: Any) -> io.NodeOutput:
        """Decode."""
        parts = video.get_components()
        return io.NodeOutput(parts.images, parts.audio, float(parts.frame_rate), video.get_bit_depth(), video.get_color_space())


class CreateVideo(io.ComfyNode):
    """A film of frames."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="CreateVideo", display_name="Create Video", category="video", essentials_category="Video Tools",
            description="Create a video from images.", search_aliases=["images to video"],
            inputs=[
                io.Image.Input("images", tooltip="The images to create a video from."),
                io.Float.Input("fps", default=30.0, min=1.0, max=120.0, step=1.0),
                io.Audio.Input("audio", optional=True, tooltip="The audio to add to the video."),
                io.Int.Input("bit_depth", default=8, min=8, max=10, step=2, optional=True, display_mode=io.NumberDisplay.number,
                             tooltip="Bits of a component in the file: 10 keeps gradients smoother, some players refuse it."),
            ],
            outputs=[io.Video.Output()],
        )

    @classmethod
    def execute(cls, images: torch.Tensor, fps: float, audio: dict | None = None, bit_depth: int = 8) -> io.NodeOutput:
        """Put the parts together; nothing is encoded yet."""
        parts = Types.VideoComponents(images=images, audio=audio, frame_rate=Fraction(fps))
        return io.NodeOutput(InputImpl.VideoFromComponents(parts, bit_depth=bit_depth))


class ImageFromBatch(io.ComfyNode):
    """Some pictures of a batch."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="ImageFromBatch", display_name="Get Image from Batch", category="image/batch",
            search_aliases=["select image", "pick from batch", "extract image"],
            inputs=[io.Image.Input("image"), io.Int.Input("batch_index", default=0, min=-LARGEST, max=LARGEST),
                    io.Int.Input("length", default=1, min=1, max=4096)],
            outputs=[io.Image.Output()],
        )

    @classmethod
    def execute(cls, image: torch.Tensor, batch_index: int, length: int) -> io.NodeOutput:
        """Cut out; a negative index counts from the end, and both are kept inside the batch."""
        first = batch_index + len(image) if batch_index < 0 else batch_index
        first = max(0, min(len(image) - 1, first))
        return io.NodeOutput(image[first : first + length].clone())
