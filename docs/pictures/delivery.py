"""Pictures of the delivery job."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from PIL import Image, PngImagePlugin
from raccord.nodes.delivery.contact import show_file
from raccord.nodes.image import draw
from raccord.nodes.image.layout import to_uint8

from .cards import grid, panel, stack, words
from .nodes import Place, example, run, tracked


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    frames = example().images
    shot = run("RaccordShot", show="atelier", shot="SH010", take=3)["shot"]
    sent = run("RaccordChannelExport", clip=frames, shot=shot, rights="alt: A street with a sign and a passing taxi.",
               hero_frame=32)
    yield "RaccordChannelExport", _channels(place, sent["files"].splitlines())
    grade = run("RaccordMatchReference", images=frames[30:36], reference=frames[:1], method="gains")["grade"]
    package = run("RaccordVFXExport", clip=frames[30:36], shot=shot, grade=grade)
    files = [f.rsplit("/", 1)[-1] for f in package["files"].splitlines()]
    cells = [panel(frames[30 + n], f"{shot.number(n)}", width=236) for n in range(6)]
    shown = [f for f in files if not f.endswith(".exr")]
    yield "RaccordVFXExport", stack(grid(cells, columns=3, gap=6), words(files[0], "...", *shown, size=34))
    _leak(place, to_uint8(frames[20]))
    checked = run("RaccordPublishCheck", folder=".", source=frames)
    yield "RaccordPublishCheck", _checklist(checked["report"])
    yield "RaccordSaveReport", _card(checked["report"])


def _channels(place: Place, files: list[str]) -> np.ndarray:
    """A hero picture and both films, opened again from their files."""
    def cell(part: str, width: int) -> np.ndarray:
        name = next(f for f in files if part in f)
        path = place.output_directory / name
        shown = show_file(path)
        weight = path.stat().st_size / 1000
        said = f"{weight:.0f} kB" if weight < 1000 else f"{weight / 1000:.1f} MB"
        return stack(panel(shown, width=width), words(part.split("_v001")[0], f"{shown.shape[1]} x {shown.shape[0]}, {said}",
                                                      size=26, width=width, indent=6), gap=0)

    left = stack(cell("web_hero_v001_w960.avif", 440), cell("youtube_16x9_v001.mp4", 440))
    right = cell("vertical_9x16_v001.mp4", 272)
    full = np.full((left.shape[0], right.shape[1], 3), draw.PAPER, np.uint8)
    full[:right.shape[0]] = right[:full.shape[0]]
    return draw.side_by_side(left, full, gap=8)


def _card(checked: str) -> np.ndarray:
    """The report as the node shows it."""
    judged = run("RaccordContinuityGuard", clip=example().images, next_clip=example().next_clip)
    saved = run("RaccordSaveReport", name="SH010", reports={"report0": judged["report"], "report1": tracked()["report"],
                "report2": checked}, pictures={"picture0": judged["evidence"], "picture1": tracked()["overlay"]})
    return panel(saved["picture"][0])


def _leak(place: Place, picture: np.ndarray) -> None:
    """A picture as ComfyUI's own writer leaves it: with the graph inside."""
    text = PngImagePlugin.PngInfo()
    text.add_text("prompt", json.dumps({"1": {"class_type": "KSampler", "inputs": {}}}))
    Image.fromarray(picture).save(place.output_directory / "ComfyUI_00001_.png", pnginfo=text)


def _checklist(report: str) -> np.ndarray:
    document = json.loads(report)
    order = ("fail", "refused", "warn", "pass", "not tested")
    found = sorted(document["findings"], key=lambda f: order.index(f["verdict"]))
    lines, seen = [], set()
    for finding in found:
        if finding["check"] not in seen and len(seen) < 8:
            seen.add(finding["check"])
            lines.append((f"{finding['check']}: {finding['message']}", draw.COLOURS[finding["verdict"]]))
    return words((f"Publish Check: {document['verdict']}", draw.COLOURS[document["verdict"]]), *lines, size=26)

