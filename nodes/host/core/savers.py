"""Pictures and films into files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from comfy_api.v0_0_2 import Types, io, ui
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ... import runtime
from . import paths


class SaveImage(io.ComfyNode):
    """Pictures as numbered PNG files."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="SaveImage", display_name="Save Image", category="image", essentials_category="Basics",
            is_output_node=True, description="Saves the input images to your ComfyUI output directory.",
            search_aliases=["save", "save image", "export image", "output image", "write image", "download"],
            inputs=[
                io.Image.Input("images", tooltip="The images to save."),
                io.String.Input("filename_prefix", default="ComfyUI", tooltip="The prefix for the file to save; "
                                "%date:yyyy-MM-dd% and the like stand for values."),
            ],
            outputs=[io.Image.Output(display_name="images")],
        )

    @classmethod
    def execute(cls, images: torch.Tensor, filename_prefix: str) -> io.NodeOutput:
        """Write."""
        root = runtime.output_directory()
        words = ({} if cls.hidden.prompt is None else {"prompt": cls.hidden.prompt}) | (cls.hidden.extra_pnginfo or {})
        saved = save_pictures(images, filename_prefix, root, io.FolderType.output, 4, words)
        return io.NodeOutput(images, ui={"images": saved})


class PreviewImage(io.ComfyNode):
    """Pictures to look at."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs."""
        return io.Schema(
            node_id="PreviewImage", display_name="Preview Image", category="image", essentials_category="Basics",
            is_output_node=True, description="Preview the images without saving them to the ComfyUI output directory.",
            search_aliases=["preview", "preview image", "show image", "view image", "display image", "image viewer"],
            inputs=[io.Image.Input("images")],
            hidden=[io.Hidden.unique_id],
            outputs=[io.Image.Output(display_name="images")],
        )

    @classmethod
    def execute(cls, images: torch.Tensor) -> io.NodeOutput:
        """Write to the folder of temporary files."""
        saved = save_pictures(images, f"ComfyUI_temp_{cls.hidden.unique_id}", runtime.temp_directory(), io.FolderType.temp, 1)
        return io.NodeOutput(images, ui={"images": saved})


def save_pictures(images: torch.Tensor, prefix: str, root: Path, kind: io.FolderType, level: int,
                  texts: dict[str, Any] | None = None) -> list[dict]:
    """Write pictures (B, H, W, C) in 0..1 as 8-bit PNG with texts in them; gives what ComfyUI shows of them."""
    folder, below, stem, number = paths.numbered(prefix, root, images.shape[2], images.shape[1])
    words = PngInfo()
    for key, value in (texts or {}).items():
        words.add_text(key, json.dumps(value))
    saved = []
    for index, image in enumerate(images):
        runtime.check_cancelled()
        pixels = np.clip(255.0 * image.cpu().float().numpy(), 0, 255).astype(np.uint8)
        path = folder / f"{stem.replace('%batch_num%', str(index))}_{number + index:05}_.png"
        partial = path.with_name(f".{path.name}.part")
        Image.fromarray(pixels).save(partial, format="png", pnginfo=words, compress_level=level)
        partial.replace(path)
        runtime.wrote(path)
        saved.append({"filename": path.name, "subfolder": below, "type": kind.value})
    return saved


def _encodings(worst: float, default: float) -> list[io.DynamicCombo.Option]:
    colours = io.Combo.Input("color_space", options=["auto", "sRGB", "HDR", "HDR PQ"], default="auto", display_name="color space",
                             tooltip="Auto keeps recognized colours of loaded videos and writes sRGB elsewhere.")
    quality = io.Float.Input("crf", default=default, min=0.0, max=worst, step=1.0,
                             tooltip="Lower values produce higher quality and larger files.")
    return [io.DynamicCombo.Option("auto", []), io.DynamicCombo.Option("re-encode", [quality, colours])]


def _codecs(*names: str, optional: bool = False) -> io.DynamicCombo.Input:
    scales = {"h264": (51.0, 23.0), "av1": (63.0, 30.0)}
    modes = {
        name: [io.DynamicCombo.Input("encoding", options=_encodings(*scale), optional=True, display_name="encoding mode",
                                     tooltip="Auto copies a compatible stream, re-encode sets its quality.")]
        for name, scale in scales.items()
    }
    options = [io.DynamicCombo.Option(name, modes.get(name, [])) for name in names]
    return io.DynamicCombo.Input("codec", options=options, optional=optional, extra_dict={"hidden": True} if optional else None,
                                 tooltip="The output video codec. Auto preserves a compatible source stream.")


class SaveVideo(io.ComfyNode):
    """A film as a numbered file."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        """ComfyUI's inputs and outputs; `format` brings a `format.codec`, and a flat `codec` is taken too."""
        formats = dict.fromkeys(("auto", "mp4", "mkv"), ("auto", "h264", "av1")) | {"webm": ("auto", "av1")}
        return io.Schema(
            node_id="SaveVideo", display_name="Save Video", category="video", essentials_category="Basics", is_output_node=True,
            description="Saves the input videos to your ComfyUI output directory.", search_aliases=["export video"],
            inputs=[
                io.Video.Input("video", tooltip="The video to save."),
                io.String.Input("filename_prefix", default="video/ComfyUI", tooltip="The prefix for the file to save; "
                                "%date:yyyy-MM-dd% and the like stand for values."),
                io.DynamicCombo.Input("format", options=[io.DynamicCombo.Option(k, [_codecs(*v)]) for k, v in formats.items()],
                                      tooltip="The output container. Auto preserves the source container when possible."),
                _codecs("auto", "h264", "av1", optional=True),
            ],
            outputs=[io.Video.Output("video", tooltip="The input video, unchanged.")],
        )

    @classmethod
    def execute(cls, video: Any, filename_prefix: str, format: dict, codec: dict | None = None) -> io.NodeOutput:
        """Write."""
        container, codec = format["format"], format.get("codec") or codec or {"codec": "auto"}
        encoding = codec.get("encoding") or {}
        space = None if encoding.get("color_space") == "auto" else encoding.get("color_space")
        width, height = video.get_dimensions()
        folder, below, stem, number = paths.numbered(filename_prefix, runtime.output_directory(), width, height)
        path = folder / f"{stem}_{number:05}_.{Types.VideoContainer.get_extension(container)}"
        words = dict(cls.hidden.extra_pnginfo or {}) | ({"prompt": cls.hidden.prompt} if cls.hidden.prompt is not None else {})
        partial = path.with_name(f".{path.stem}.part{path.suffix}")
        try:
            video.save_to(str(partial), format=Types.VideoContainer(container), codec=Types.VideoCodec(codec["codec"]),
                          metadata=words or None, crf=encoding.get("crf"), color_space=space)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        runtime.wrote(path)
        return io.NodeOutput(video, ui=ui.PreviewVideo([ui.SavedResult(path.name, below, io.FolderType.output)]))
