"""A brand kit: what the studio agreed on, small enough to travel on a wire and in one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import torch

from .check import number, one_of, quoted
from .kit_colours import KitColour
from .kit_look import LookSample, Vision, digest_of
from .zone import Zone

SCHEMA = "raccord.kit/1"
SCORES = ("brand_fit", "legibility", "originality", "continuity")
FIT_PARTS = ("palette", "coverage", "banned", "logo", "look", "style", "zones")
GATES = ("banned", "logo", "zones")
MOST_COLOURS = 64  # no brand book has as many; a score compares each with thousands of colours of the picture
BACKGROUNDS = ("any", "light", "dark")


@dataclass(frozen=True, slots=True, eq=False)
class Logo:
    """A mark as it was delivered, with the rules for its use.

    Attributes:
        rgba: (H, W, 4) float32 0..1, sRGB-encoded, straight alpha.
        variant: Name of the variant, such as `primary` or `negative`.
        clear_space: Free room around the mark, as a share of its height.
        min_width: Smallest width in pixels at 1080 lines; 0 for none.
        backgrounds: What it may stand on: `any`, `light` or `dark`.
    """

    rgba: torch.Tensor
    variant: str = "primary"
    clear_space: float = 0.25
    min_width: float = 0.0
    backgrounds: str = "any"

    def __post_init__(self) -> None:
        shape = tuple(self.rgba.shape)
        if len(shape) != 3 or shape[-1] != 4 or 0 in shape or self.rgba.dtype != torch.float32:
            raise ValueError(f"expected a logo of (H, W, 4) float32, got {shape} {self.rgba.dtype}")
        one_of(self.backgrounds, BACKGROUNDS, "backgrounds")
        number(self.clear_space, "clear_space", 0, 100)
        number(self.min_width, "min_width", 0, 100_000)


@dataclass(frozen=True, slots=True, eq=False)
class Kit:
    """Everything that a score is measured against. Two kits are the same when their `digest` is.

    References and counter-examples are sets: their order and repetitions are lost.

    Attributes:
        palette, banned: Colours that are wanted, and that are not; at most 64 of each.
        logos: One for each variant and ground.
        references, counter_examples: The wanted look, and what to avoid.
        text_zones: Where text will stand.
        brief: In words; lines `audience:`, `message:` and `avoid:` are known by name (see `brief_of`).
        weights: Of the four scores, and of the parts in the brand fit; what is not named has its usual weight.
        gates: Parts that hold the brand fit down when they miss their limit.
        fonts, rights: Lines of (role, font) and (key, note); they are kept and shown.
        vision: Which vision model saw the references, where one was asked.
    """

    palette: tuple[KitColour, ...] = ()
    banned: tuple[KitColour, ...] = ()
    logos: tuple[Logo, ...] = ()
    references: tuple[LookSample, ...] = ()
    counter_examples: tuple[LookSample, ...] = ()
    text_zones: tuple[Zone, ...] = ()
    brief: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    gates: tuple[str, ...] = GATES
    fonts: tuple[tuple[str, str], ...] = ()
    rights: tuple[tuple[str, str], ...] = ()
    vision: Vision | None = None
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        for name in ("references", "counter_examples"):
            samples = {sample.digest: sample for sample in getattr(self, name)}
            object.__setattr__(self, name, tuple(samples[key] for key in sorted(samples)))
        for name, weight in self.weights:
            if name not in (*SCORES, *FIT_PARTS) or not weight >= 0:
                raise ValueError(f"expected weights of 0 or more for {', '.join((*SCORES, *FIT_PARTS))}, got {name}={weight}")
        if unknown := set(self.gates) - set(FIT_PARTS):
            raise ValueError(f"expected gates of {', '.join(FIT_PARTS)}, got {', '.join(sorted(unknown))}: choose of these")
        for name in ("palette", "banned"):
            if len(getattr(self, name)) > MOST_COLOURS:
                raise ValueError(f"expected at most {MOST_COLOURS} colours in {name}, got {len(getattr(self, name))}: "
                                 "keep the brand's own")
        asked = sum(colour.share or 0 for colour in self.palette)
        if asked > 1.0001:
            raise ValueError(f"expected shares of the palette of at most 100 % together, got {asked * 100:.0f} %: lower some")
        object.__setattr__(self, "digest", digest_of(*self.to_tensors()))

    def to_tensors(self) -> tuple[dict, dict[str, torch.Tensor]]:
        """The kit as plain values and as named tensors, as a .safetensors file holds them."""
        tensors, samples = {f"logo.{i}.rgba": logo.rgba for i, logo in enumerate(self.logos)}, {}
        for kind, group in (("reference", self.references), ("counter", self.counter_examples)):
            samples[kind] = len(group)
            for i, sample in enumerate(group):
                tensors |= {f"{kind}.{i}.{part}": tensor for part, tensor in sample.tensors.items()}
        if self.vision:
            tensors |= self.vision.tensors
        document = {
            "schema": SCHEMA,
            "palette": [_fields(c, "hex", "role", "share", "tolerance") for c in self.palette],
            "banned": [_fields(c, "hex", "role", "share", "tolerance") for c in self.banned],
            "logos": [_fields(logo, "variant", "clear_space", "min_width", "backgrounds") for logo in self.logos],
            "samples": samples,
            "text_zones": [_fields(z, *Zone.__slots__) for z in self.text_zones],
            "brief": self.brief,
            "weights": [list(pair) for pair in self.weights],
        }
        later = {"fonts": [list(pair) for pair in self.fonts], "rights": [list(pair) for pair in self.rights]}
        document |= {name: pairs for name, pairs in later.items() if pairs}  # what says nothing changes no seal
        return document | ({} if self.gates == GATES else {"gates": list(self.gates)}), tensors

    @classmethod
    def from_tensors(cls, document: Mapping, tensors: Mapping[str, torch.Tensor]) -> Kit:
        """Read what `to_tensors` gave.

        Raises:
            ValueError: It is not a kit of this schema, or something of it is missing or out of its range.
        """
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a kit of schema {SCHEMA}, got {quoted(document.get('schema'))}")
        try:
            samples = {kind: tuple(_sample(tensors, f"{kind}.{i}.") for i in range(count))
                       for kind, count in document["samples"].items()}
            probe = tensors.get("vision.probe")
            return cls(
                palette=tuple(KitColour(**c) for c in document["palette"]),
                banned=tuple(KitColour(**c) for c in document["banned"]),
                logos=tuple(Logo(tensors[f"logo.{i}.rgba"], **rules) for i, rules in enumerate(document["logos"])),
                references=samples["reference"], counter_examples=samples["counter"],
                text_zones=tuple(Zone(**z) for z in document["text_zones"]), brief=document["brief"],
                weights=_pairs(document["weights"]), gates=tuple(document.get("gates", GATES)),
                fonts=_pairs(document.get("fonts", ())), rights=_pairs(document.get("rights", ())),
                vision=None if probe is None else Vision(probe, tensors["vision.background"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"expected a whole kit, got one with a missing or foreign part ({error})") from None


def brief_of(text: str) -> dict[str, str]:
    """The brief by `audience`, `message` and `avoid`, where its lines begin with these words, and the rest as `note`."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        word, colon, rest = line.partition(":")
        key = {"to avoid": "avoid"}.get(word.strip().lower(), word.strip().lower())
        known = bool(colon) and key in ("audience", "message", "avoid")
        found.setdefault(key if known else "note", []).append(rest.strip() if known else line)
    return {key: "; ".join(found[key]) for key in ("audience", "message", "avoid", "note") if key in found}


def _sample(tensors: Mapping[str, torch.Tensor], at: str) -> LookSample:
    statistics, bits, thumbnail = (tensors[at + part] for part in ("statistics", "hash", "thumbnail"))
    return LookSample(statistics, bits, thumbnail, tensors.get(f"{at}embedding"))


def _pairs(values: Iterable) -> tuple:
    return tuple((name, value) for name, value in values)


def _fields(thing: object, *names: str) -> dict:
    return {name: getattr(thing, name) for name in names}
