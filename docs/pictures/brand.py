"""Pictures of the brand job: a kit in the colours of the example's sign, and frames that keep to it or do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from raccord.nodes.image import draw

from .cards import WIDTH, panel, stack, swatch, words
from .nodes import Place, example, run

PALETTE = "#163652 primary 40% ~6\n#F0E8D6 secondary ~6\n#CE3A2C accent ~8\n#8E523E brick ~14"
BANNED = "#00A060 ~10"
ZONES = "headline: 0.03 0.5 0.38 0.2 #FFFFFF 72px\nlegal: 0.03 0.86 0.38 0.08 #FFFFFF 24px"
BRIEF = "audience: people who walk\nmessage: the lab around the corner\navoid: night, crowds"
NAVY, GREEN = (22, 54, 82), (0, 160, 96)


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    takes = _takes()
    made = run("RaccordBrandKit", palette=PALETTE, banned=BANNED, text_zones=ZONES, references=takes[:1], brief=BRIEF)
    kit = made["kit"]
    yield "RaccordBrandKit", panel(made["card"][0])
    kit = run("RaccordAddLogo", kit=kit, logo=example().graphic, clear_space=0.25, min_width=60.0)["kit"]
    yield "RaccordAddLogo", _logo(kit)
    file = run("RaccordSaveBrandKit", kit=kit, name="atelier")["files"]
    path = place.output_directory / file
    said = f"{file}, {path.stat().st_size / 1000:.0f} kB"
    yield "RaccordSaveBrandKit", stack(words((said, draw.COLOURS["pass"]), size=32), _colours(kit), _facts(kit))
    (place.input_directory / "raccord" / "kits").mkdir(parents=True)
    path.rename(place.input_directory / "raccord" / "kits" / file)
    loaded = run("RaccordLoadBrandKit", name="atelier")["kit"]
    yield "RaccordLoadBrandKit", stack(words((f"read: {file[:7]}, seal {loaded.digest[:8]}", draw.COLOURS["pass"]), size=32),
                                       _colours(loaded), _logo(loaded, 300))
    scored = run("RaccordBrandScore", clip=takes, kit=kit, mode="strict")
    yield "RaccordBrandScore", panel(scored["evidence"][1])
    chosen = run("RaccordShortlist", images=takes, scores=scored["scores"], count=2)
    yield "RaccordShortlist", stack(panel(chosen["contact_sheet"][0]), words(_first_reason(chosen["argument"]), size=24))


def _takes() -> torch.Tensor:
    """Four takes of a layout: on brand; on a busy ground; in a banned colour; the street alone."""
    frames = example().images
    busy, banned = _layout(frames[30], NAVY, 0.45), _layout(frames[36], GREEN, 1.0)
    return torch.stack((_layout(frames[12], NAVY, 1.0), busy, banned, frames[32]))


def _layout(frame: torch.Tensor, ground: tuple[int, int, int], cover: float) -> torch.Tensor:
    """A panel with the mark on the left of a frame, `cover` opaque."""
    out = frame.clone()
    out[:, :410] = out[:, :410] * (1 - cover) + cover * torch.tensor(ground) / 255
    mark = torch.nn.functional.interpolate(example().graphic.movedim(-1, 1), (150, 150), mode="area")[0].movedim(0, -1)
    part = out[50:200, 130:280]
    part[:] = part * (1 - mark[..., 3:]) + mark[..., :3] * mark[..., 3:]
    return out


def _colours(kit: Any) -> np.ndarray:
    colours = [*((c, c.role) for c in kit.palette), *((c, "banned") for c in kit.banned)]
    return swatch([(c.hex, f"{role}\n{c.hex}\n~{c.tolerance:g}") for c, role in colours], height=130)


def _logo(kit: Any, side: int = 420) -> np.ndarray:
    """The mark on a checkerboard, in its clear space."""
    logo = kit.logos[0]
    room = round(logo.clear_space * side)
    high, wide = side + 2 * room + 40, WIDTH
    tiles = np.add(*np.indices((high, wide)) // 24) % 2
    out = np.where(tiles[..., None] == 0, 70, 84).astype(np.uint8).repeat(3, axis=2)
    mark = panel(logo.rgba[..., :3], width=side)
    cover = panel(logo.rgba[..., 3:].expand(-1, -1, 3), width=side).astype(float) / 255
    x, y = (wide - side) // 2, 20 + room
    part = out[y:y + side, x:x + side]
    part[:] = (part * (1 - cover) + mark * cover).astype(np.uint8)
    _frame(out, (x - room, y - room, side + 2 * room, side + 2 * room), draw.COLOURS["warn"])
    _frame(out, (x, y, side, side), draw.INK)
    if side > 400:
        draw.write(out, f"clear space {logo.clear_space:g} of its height", (0, high), size=28, colour=draw.COLOURS["warn"])
        draw.write(out, f"at least {logo.min_width:g} px wide", (0, 0), size=28)
    return out


def _frame(target: np.ndarray, box: Sequence[float], colour: Sequence[int]) -> None:
    """A box with a line that is seen in a small picture too."""
    x, y, w, h = box
    draw.outline(target, np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]]), colour, thickness=4)


def _facts(kit: Any) -> np.ndarray:
    return words(f"{len(kit.palette)} colours, {len(kit.banned)} banned", f"{len(kit.logos)} logo",
                 ", ".join(zone.name for zone in kit.text_zones), (f"seal {kit.digest[:20]} ...", draw.MUTED), size=30)


def _first_reason(argument: str) -> str:
    """The first sentence that compares two pictures."""
    return argument.splitlines()[0].split(". ", 1)[1]
