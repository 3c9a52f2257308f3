"""A kit in words: for the metadata of its file, for reports and for its card."""

from __future__ import annotations

from ..wires.kit import GATES, Kit, brief_of
from ..wires.kit_colours import KitColour


def summary(kit: Kit) -> list[str]:
    """Lines that say what a kit holds, in the order in which it is written down; what is absent has no line."""
    out = [f"palette: {', '.join(colour_words(c) for c in kit.palette)}"] if kit.palette else []
    out += [f"banned: {', '.join(colour_words(c) for c in kit.banned)}"] if kit.banned else []
    for logo in kit.logos:
        height, width = logo.rgba.shape[:2]
        least = f", at least {logo.min_width:g} px wide at 1080 lines" if logo.min_width else ""
        out.append(f"logo {logo.variant}: {width} x {height}, clear space {logo.clear_space:g} of its height{least}, "
                   f"on {logo.backgrounds} grounds")
    for zone in kit.text_zones:
        size = f" {zone.height_px:g}px" if zone.height_px else ""
        channel = f" @{zone.channel}" if zone.channel else ""
        out.append(f"text zone {zone.name}: {zone.x:g} {zone.y:g} {zone.width:g} {zone.height:g} {zone.colour}{size}{channel}")
    held = ((len(kit.references), "references"), (len(kit.counter_examples), "counter-examples"))
    out += [f"look: {', '.join(f'{count} {name}' for count, name in held if count)}"] if any(n for n, _ in held) else []
    out += [f"{'to avoid' if key == 'avoid' else key}: {value}" for key, value in brief_of(kit.brief).items()]
    out += [f"font {role}: {font}" for role, font in kit.fonts] + [f"rights, {key}: {value}" for key, value in kit.rights]
    out += [f"weights: {', '.join(f'{name} {weight:g}' for name, weight in kit.weights)}"] if kit.weights else []
    return out + ([] if kit.gates == GATES else [f"gates: {', '.join(kit.gates) or 'none'}"])


def colour_words(colour: KitColour) -> str:
    """A colour as the palette's text form has it."""
    share = "" if colour.share is None else f" {colour.share * 100:g}%"
    return f"{colour.hex}{f' {colour.role}' if colour.role else ''}{share} ~{colour.tolerance:g}"
