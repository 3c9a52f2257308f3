"""`raccord demo`: the finish-shot workflow on a real generated clip."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageSequence

from .graph import titles_of
from .run import run_workflow

CLIP = "video_wan2_2_5B_ti2v-1.webp"  # of the package comfyui-workflow-templates
WORKFLOW = Path(__file__).parents[2] / "workflows" / "api" / "finish_shot.json"


def run_demo(output: Path, cancel: threading.Event | None = None,
             on_progress: Callable[[str, float], None] | None = None) -> int:
    """Finish the clip below `output` and say in five lines how it went; gives the exit code.

    Raises:
        LookupError: The package with the clip is not installed.
    """
    clip, start = find_clip(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="raccord-demo-") as folder:
        write_film(clip, Path(folder) / "clip.mkv")
        draw_logo().save(Path(folder) / "logo.png")
        prompt = json.loads(WORKFLOW.read_text(encoding="utf-8"))
        for title, name, value in (("Clip", "file", "clip.mkv"), ("Logo", "image", "logo.png"), ("Report", "name", "demo")):
            for key, found in titles_of(prompt).items():
                if found == title:
                    prompt[key]["inputs"][name] = value
        result = run_workflow(prompt, folder, output, cancel=cancel, on_progress=on_progress)
    if result.error is not None:
        print(f"{result.status}: {result.error}")
        return result.exit_code
    pages = [output / name for name in result.files if name.endswith(".html")]
    channels = [name for name in result.files if Path(name).suffix in (".mp4", ".avif", ".webp", ".jpg", ".jpeg")]
    packages = sorted({str(output / Path(name).parent) for name in result.files if name.endswith(".exr")})
    print(f"verdict   {result.verdict}: {_sentence(result.reports)}")
    print(f"report    {pages[0] if pages else 'none'}")
    folders = dict.fromkeys(str(output / Path(name).parent) for name in channels)
    print(f"channels  {len(channels)} files, {', '.join(folders) or 'none'}")
    print(f"package   {', '.join(packages) or 'none'}")
    print(f"time      {time.perf_counter() - start:.1f} s, {len(result.files)} files")
    return result.exit_code


def _sentence(reports: object) -> str:
    """The finding that weighs most, in its own words."""
    findings = [f for report in reports for f in report["findings"]]  # type: ignore[attr-defined]
    for verdict in ("fail", "refused", "warn"):
        for finding in findings:
            if finding["verdict"] == verdict:
                return finding["message"]
    return f"{sum(f['verdict'] == 'pass' for f in findings)} checks passed."


def find_clip() -> Path:
    """The clip of the templates package.

    Raises:
        LookupError: It is not installed.
    """
    lacking = LookupError(f"the demo needs the clip {CLIP}: pip install raccord[demo]")
    try:
        import comfyui_workflow_templates as package  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        raise lacking from None
    path = next((path for folder in package.__path__ if (path := Path(folder, "templates", CLIP)).is_file()), None)
    if path is None:
        raise lacking
    return path


def write_film(animation: Path, film: Path) -> None:
    """Write an animated WebP as a lossless film of its own rate (FFV1, RGB)."""
    frames, milliseconds = [], 0
    with Image.open(animation) as file:
        for picture in ImageSequence.Iterator(file):
            frames.append(np.asarray(picture.convert("RGB")))
            milliseconds += picture.info.get("duration", 0)
    with av.open(str(film), "w") as out:
        stream = out.add_stream("ffv1", rate=round(1000 * len(frames) / milliseconds) if milliseconds else 24)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "bgr0"
        for pixels in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="bgr0")))
        out.mux(stream.encode(None))


def draw_logo() -> Image.Image:
    """An enamel plate with transparent corners, 282 x 240: the shape of the sign that the demo pins it on."""
    logo = Image.new("RGBA", (564, 480))
    draw = ImageDraw.Draw(logo)
    draw.rounded_rectangle((8, 8, 556, 472), 44, fill=(255, 255, 255, 255))
    draw.rounded_rectangle((24, 24, 540, 456), 34, fill=(20, 20, 60, 255))
    draw.ellipse((162, 52, 402, 292), fill=(230, 60, 40, 255))
    for start in (-60, 120):  # two frames of a film that meet
        draw.pieslice((206, 96, 358, 248), start, start + 120, fill=(255, 255, 255, 255))
    draw.text((282, 372), "RACCORD", font=ImageFont.load_default(98), anchor="mm", fill=(255, 255, 255, 255))
    return logo.resize((282, 240), Image.Resampling.BOX)
