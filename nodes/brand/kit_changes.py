"""What changed between two kits, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from ..image.colour import delta_e_2000, srgb_to_lab
from ..wires.check import quoted
from ..wires.kit import Kit, Logo, brief_of
from ..wires.kit_colours import KitColour
from ..wires.zone import Zone


def changes(before: Kit, after: Kit) -> list[str]:
    """Sentences about everything that differs, in the order in which a kit is written down; none for the same kit."""
    if before.digest == after.digest:
        return []
    return [*_colours("palette", before.palette, after.palette), *_colours("banned", before.banned, after.banned),
            *_logos(before.logos, after.logos), *_zones(before.text_zones, after.text_zones),
            *_samples("reference", before, after, "references"), *_samples("counter-example", before, after, "counter_examples"),
            *_words("The brief", brief_of(before.brief), brief_of(after.brief)),
            *_words("The font", dict(before.fonts), dict(after.fonts)),
            *_words("The right", dict(before.rights), dict(after.rights)),
            *_words("The weight", _numbers(before), _numbers(after)), *_gates(before, after), *_vision(before, after)]


def _numbers(kit: Kit) -> dict[str, str]:
    return {name: f"{weight:g}" for name, weight in kit.weights}


def _far(one: KitColour, other: KitColour) -> float:
    lab = [srgb_to_lab(torch.tensor(c.rgb, dtype=torch.float64)) for c in (one, other)]
    return float(delta_e_2000(*lab))


def _colours(where: str, before: Sequence[KitColour], after: Sequence[KitColour]) -> Iterator[str]:
    """Pairs by code first, then by role: a role that has another code was repainted."""
    old, new = {c.hex: c for c in before}, {c.hex: c for c in after}
    gone, come = [c for c in before if c.hex not in new], [c for c in after if c.hex not in old]
    for colour in gone:
        now = next((c for c in come if colour.role and c.role == colour.role), None)
        if now:
            come.remove(now)
            yield f"{where}: {colour.role} {colour.hex} is now {now.hex} ({_far(colour, now):.1f} ΔE){_rules(colour, now)}."
        else:
            yield f"{where}: {colour.name} was taken out."
    yield from (f"{where}: {colour.name} is new." for colour in come)
    for code in (code for code in old if code in new):
        was, now = old[code], new[code]
        role = f", its role {now.role or 'none'} instead of {was.role or 'none'}" if was.role != now.role else ""
        if said := role + _rules(was, now):
            yield f"{where}: {was.name} has {said[2:]}."
    kept = [[c.hex for c in group if c.hex in old and c.hex in new] for group in (before, after)]
    if kept[0] != kept[1]:
        yield f"{where}: the order is now {', '.join(c.hex for c in after)}."


def _rules(was: KitColour, now: KitColour) -> str:
    share = f", a share of {_per_cent(now.share)} instead of {_per_cent(was.share)}" if was.share != now.share else ""
    wide = f", a tolerance of {now.tolerance:g} ΔE instead of {was.tolerance:g}" if was.tolerance != now.tolerance else ""
    return share + wide


def _per_cent(share: float | None) -> str:
    return "none" if share is None else f"{share * 100:g} %"


def _logos(before: Sequence[Logo], after: Sequence[Logo]) -> Iterator[str]:
    old, new = ({(logo.variant, logo.backgrounds): logo for logo in group} for group in (before, after))
    yield from (f"The logo {key[0]} for {key[1]} grounds was taken out." for key in old if key not in new)
    for key, logo in new.items():
        was = old.get(key)
        if was is None:
            yield f"The logo {logo.variant} for {logo.backgrounds} grounds is new."
            continue
        if was.rgba.shape != logo.rgba.shape or not torch.equal(was.rgba, logo.rgba):
            yield f"The logo {logo.variant} has another picture."
        for name, unit in (("clear_space", " of its height"), ("min_width", " px")):
            a, b = getattr(was, name), getattr(logo, name)
            if a != b:
                yield f"The logo {logo.variant} has a {name.replace('_', ' ')} of {b:g}{unit} instead of {a:g}."


def _zones(before: Sequence[Zone], after: Sequence[Zone]) -> Iterator[str]:
    old, new = ({(z.name, z.channel): z for z in group} for group in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        name = f"The text zone {key[0]}{f' @{key[1]}' if key[1] else ''}"
        if key not in new or key not in old:
            yield f"{name} {'is new' if key in new else 'was taken out'}."
        elif old[key] != new[key]:
            differs = [n for n in Zone.__slots__ if getattr(old[key], n) != getattr(new[key], n)]
            was, now = (", ".join(f"{n.replace('_px', '')} {getattr(z, n)}" for n in differs) for z in (old[key], new[key]))
            yield f"{name} has {now} instead of {was}."


def _samples(what: str, before: Kit, after: Kit, name: str) -> Iterator[str]:
    old, new = ({s.digest for s in getattr(kit, name)} for kit in (before, after))
    counts = [f"{len(group)} {verb}" for group, verb in ((new - old, "new"), (old - new, "taken out")) if group]
    if counts:
        yield f"Of the {what}s {' and '.join(counts)}; there are {len(new)}."


def _words(what: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for key in [*before, *(k for k in after if k not in before)]:
        was, now = before.get(key), after.get(key)
        if now is None:
            yield f"{what} {key} was taken out."
        elif was != now:
            yield f"{what} {key} is {quoted(now)}{'' if was is None else f' instead of {quoted(was)}'}."


def _gates(before: Kit, after: Kit) -> Iterator[str]:
    if before.gates != after.gates:
        yield f"The gates are {', '.join(after.gates) or 'none'} instead of {', '.join(before.gates) or 'none'}."


def _vision(before: Kit, after: Kit) -> Iterator[str]:
    one, other = before.vision, after.vision
    if (one is None) != (other is None):
        yield "A vision model saw the references." if other else "No vision model saw the references any more."
    elif one and other and not torch.equal(one.background, other.background):
        yield "The vision model or its background pictures are others."
