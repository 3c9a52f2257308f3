"""A brand kit: what the studio agreed on, small enough to travel on a wire and in one file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from .check import number, one_of
from .kit_colours import KitColour
from .zone import Zone

SCHEMA = "raccord.kit/1"
SCORES = ("brand_fit", "legibility", "originality", "continuity")
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
class LookSample:
    """What is kept of a reference picture: numbers about its look (N) float32, its 256-bit hash (32) uint8 and a thumbnail."""

    statistics: torch.Tensor
    hash: torch.Tensor
    thumbnail: torch.Tensor

    def __post_init__(self) -> None:
        right = (self.statistics.dtype == torch.float32 and self.statistics.ndim == 1 and tuple(self.hash.shape) == (32,)
                 and self.hash.dtype == self.thumbnail.dtype == torch.uint8 and self.thumbnail.shape[2:] == (3,))
        if not right:
            raise ValueError("expected statistics (N) float32, a hash (32) uint8 and a thumbnail (H, W, 3) uint8 of a reference")

    @property
    def digest(self) -> str:
        """SHA-256 over the three tensors."""
        return digest_of({}, {"statistics": self.statistics, "hash": self.hash, "thumbnail": self.thumbnail})


@dataclass(frozen=True, slots=True, eq=False)
class Kit:
    """Everything that a score is measured against. Two kits are the same when their `digest` is.

    References and counter-examples are sets: their order and repetitions are lost.
    """

    palette: tuple[KitColour, ...] = ()
    banned: tuple[KitColour, ...] = ()
    logos: tuple[Logo, ...] = ()
    references: tuple[LookSample, ...] = ()
    counter_examples: tuple[LookSample, ...] = ()
    text_zones: tuple[Zone, ...] = ()
    brief: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        for name in ("references", "counter_examples"):
            samples = {sample.digest: sample for sample in getattr(self, name)}
            object.__setattr__(self, name, tuple(samples[key] for key in sorted(samples)))
        for name, weight in self.weights:
            if name not in SCORES or not weight >= 0:
                raise ValueError(f"expected weights of 0 or more for {', '.join(SCORES)}, got {name}={weight}")
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
                tensors |= {f"{kind}.{i}.{part}": getattr(sample, part) for part in ("statistics", "hash", "thumbnail")}
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
        return document, tensors

    @classmethod
    def from_tensors(cls, document: Mapping, tensors: Mapping[str, torch.Tensor]) -> Kit:
        """Read what `to_tensors` gave.

        Raises:
            ValueError: It is not a kit of this schema, or something of it is missing or out of its range.
        """
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a kit of schema {SCHEMA}, got {document.get('schema')!r}")
        try:
            samples = {kind: tuple(LookSample(*(tensors[f"{kind}.{i}.{part}"] for part in ("statistics", "hash", "thumbnail")))
                                   for i in range(count)) for kind, count in document["samples"].items()}
            return cls(
                palette=tuple(KitColour(**c) for c in document["palette"]),
                banned=tuple(KitColour(**c) for c in document["banned"]),
                logos=tuple(Logo(tensors[f"logo.{i}.rgba"], **rules) for i, rules in enumerate(document["logos"])),
                references=samples["reference"], counter_examples=samples["counter"],
                text_zones=tuple(Zone(**z) for z in document["text_zones"]), brief=document["brief"],
                weights=tuple((name, weight) for name, weight in document["weights"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"expected a whole kit, got one with a missing or foreign part ({error})") from None


def _fields(thing: object, *names: str) -> dict:
    return {name: getattr(thing, name) for name in names}


def digest_of(document: Mapping, tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over plain values and tensors (names, types, shapes, bytes), independent of their order."""
    total = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        total.update(tensor.numpy().tobytes())
    return total.hexdigest()
