"""Put a kit together from what the nodes take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from ..image.layout import check_image, check_mask, resize, split_alpha
from ..media.xmp import Rights
from ..wires.check import plain_text, quoted, wired, wired_or_none
from ..wires.kit import FIT_PARTS, SCORES, Kit, Logo
from ..wires.kit_colours import parse_colours
from ..wires.kit_look import Vision
from ..wires.zone import parse_zones
from .encoder import Encoder
from .look import samples_of


def parse_weights(text: str, names: Sequence[str] = SCORES) -> tuple[tuple[str, float], ...]:
    """Read `brand_fit=2, legibility=1`.

    Raises:
        ValueError: A word is not of that form, names none of `names`, or gives a weight below 0.
    """
    out: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.replace(",", " ").replace(" =", "=").replace("= ", "=").split():
            name, _, value = word.partition("=")
            try:
                out[name] = float(value)
            except ValueError:
                out[name] = -1.0
            if name not in names or not 0 <= out[name] < 1e6:
                raise ValueError(f"expected `name=weight` with a name of {', '.join(names)} and a weight of 0 or more "
                                 f"in weights line {number}, got {quoted(word)}: write such as brand_fit=2")
    if out and not any(out.get(name, 1.0) for name in SCORES):
        raise ValueError("expected a weight above 0 for at least one score in weights, got none: raise one")
    return tuple(out.items())


def parse_gates(text: str) -> tuple[str, ...] | None:
    """Read names of parts, separated by commas; `none` for no gate, nothing where nothing is said.

    Raises:
        ValueError: There is no such part.
    """
    names = list(dict.fromkeys(text.replace(",", " ").split()))
    if unknown := [name for name in names if name not in FIT_PARTS and name != "none"]:
        raise ValueError(f"expected gates of {', '.join(FIT_PARTS)} or none, got {quoted(unknown[0])}: separate with commas")
    return tuple(name for name in FIT_PARTS if name in names) if names else None


def parse_fonts(text: str) -> tuple[tuple[str, str], ...]:
    """Read fonts, one a line: `headline: Inter 700`.

    Raises:
        ValueError: A line is not of that form; it is named by its number.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(plain_text(text, "fonts").splitlines(), 1):
        role, colon, font = (part.strip() for part in line.partition(":"))
        if line.strip() and not (colon and role and font):
            raise ValueError(f"expected `role: font` in fonts line {number}, got {quoted(line.strip())}: "
                             "write such as headline: Inter 700")
        if line.strip():
            found[role] = font
    return tuple(found.items())


def build_kit(palette: str, banned: str, references: torch.Tensor | None, counter_examples: torch.Tensor | None, text_zones: str,
              brief: str, weights: str = "", *, fonts: str = "", rights: str = "", gates: str = "", start: Kit | None = None,
              encoder: Encoder | None = None, background: torch.Tensor | None = None) -> Kit:
    """Make a kit from texts in the forms of the node's inputs and pictures (B, H, W, 3|4), the order of which does not matter.

    `start` is a kit to start from: what is empty or absent here is taken from it, logos always. `encoder` is a vision model that
    is shown the pictures, and `background` pictures that are not of the brand, which say something to that model alone.

    Raises:
        ValueError: A text is not of its form (the line is named), or a colour is both in the palette and banned.
    """
    for name, pictures in (("references", references), ("counter_examples", counter_examples), ("background", background)):
        if pictures is not None:
            check_image(pictures, name)
    old = wired_or_none(start, Kit, "start") or Kit()
    wanted = parse_colours(palette, "palette") or old.palette
    unwanted = parse_colours(banned, "banned") or old.banned
    both = {c.hex for c in wanted} & {c.hex for c in unwanted}
    if both:
        raise ValueError(f"expected no colour both in palette and banned, got {', '.join(sorted(both))}: decide on one")
    said = parse_gates(gates)
    return replace(
        old, palette=wanted, banned=unwanted, references=samples_of(references, encoder) or old.references,
        counter_examples=samples_of(counter_examples, encoder) or old.counter_examples,
        text_zones=parse_zones(text_zones) or old.text_zones, brief=plain_text(brief, "brief").strip() or old.brief,
        weights=parse_weights(weights, (*SCORES, *FIT_PARTS)) or old.weights, gates=old.gates if said is None else said,
        fonts=parse_fonts(fonts) or old.fonts, rights=tuple(Rights.parse(rights).values.items()) or old.rights,
        vision=vision_of(encoder, background) or old.vision)


def vision_of(encoder: Encoder | None, background: torch.Tensor | None) -> Vision | None:
    """What the kit keeps of a vision model and of what it sees in pictures that are not of the brand."""
    if encoder is None:
        return None
    rows = [encoder.see(picture) for picture in background] if background is not None else []
    return Vision(encoder.probe, torch.stack(rows) if rows else encoder.probe[:0])


def add_logo(kit: Kit, logo: torch.Tensor | None, logo_mask: torch.Tensor | None, variant: str, clear_space: float,
             min_width: float, backgrounds: str) -> Kit:
    """The kit with one more logo; without a picture the same kit.

    Args:
        kit: The kit so far.
        logo: IMAGE of one picture, 3 or 4 channels.
        logo_mask: As LoadImage gives it, 1 = transparent; 64 × 64 of zeros means none. Wins over the picture's own alpha.
        variant: Name of the variant; a second logo of that name and ground takes the first one's place.
        clear_space: Free room around it, as a share of its height.
        min_width: Least width in pixels at 1080 lines.
        backgrounds: any, light or dark.

    Raises:
        ValueError: More than one picture, or a mark that is wholly transparent.
    """
    wired(kit, Kit, "kit")
    if logo is None:
        return kit
    check_image(logo, "logo")
    if len(logo) != 1:
        raise ValueError(f"expected one picture in logo, got {len(logo)}: add every variant with its own Add Logo")
    rgb, alpha = split_alpha(logo[0].detach().cpu().float().clamp(0, 1))
    mask = check_mask(logo_mask, 1, *logo.shape[1:3], name="logo_mask")
    if mask is not None:
        alpha = 1 - mask[0][..., None].cpu().clamp(0, 1)
    opaque = torch.ones_like(rgb[..., :1]) if alpha is None else alpha
    inside = (opaque[..., 0] > 0.02).nonzero()
    if not len(inside):
        raise ValueError("expected a logo that can be seen, got one that is wholly transparent: logo_mask is 1 where transparent")
    (top, left), (low, right) = inside.min(0).values.tolist(), inside.max(0).values.tolist()
    rgba = torch.cat((rgb, opaque), -1)[top:low + 1, left:right + 1]  # the rules are about the mark, not about its margins
    if max(rgba.shape[:2]) > 1024:
        rgba = _smaller(rgba, 1024)
    name = plain_text(variant, "variant").strip() or "primary"
    new = Logo(rgba.contiguous(), name, float(clear_space), float(min_width), backgrounds)
    kept = tuple(old for old in kit.logos if (old.variant, old.backgrounds) != (new.variant, new.backgrounds))
    return replace(kit, logos=(*kept, new))


def _smaller(rgba: torch.Tensor, longest: int) -> torch.Tensor:
    """Shrink a straight-alpha picture without dark or light rims."""
    scale = longest / max(rgba.shape[:2])
    soft = torch.cat((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), -1)
    small = resize(soft[None], *(max(1, round(side * scale)) for side in rgba.shape[:2]))[0]
    return torch.cat(((small[..., :3] / small[..., 3:].clamp_min(1e-4)).clamp(0, 1), small[..., 3:]), -1)
