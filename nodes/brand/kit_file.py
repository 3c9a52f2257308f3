"""A kit as one .safetensors file: its tensors, and one JSON text with everything else and a seal over both."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError

from ..media.claim import Placed, place
from ..media.memory import remember_read, remember_written
from ..media.paths import check_relative, library_file
from ..wires.check import quoted, wired
from ..wires.kit import Kit

SUFFIX = ".safetensors"
_KEY = "raccord"


def kit_to_bytes(kit: Kit) -> bytes:
    """The kit as the bytes of a file; the same kit gives the same bytes."""
    document, tensors = kit.to_tensors()
    sealed = json.dumps({"kit": document, "sha256": kit.digest}, sort_keys=True, ensure_ascii=False)
    return safetensors.torch.save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, {_KEY: sealed})


def kit_from_bytes(data: bytes, name: str = "the file") -> Kit:
    """Read what `kit_to_bytes` gave.

    Raises:
        ValueError: Not a .safetensors file, not a kit, or not the kit that was sealed.
    """
    try:
        tensors = safetensors.torch.load(data)
        (length,) = struct.unpack("<Q", data[:8])
        sealed = json.loads(json.loads(data[8:8 + length]).get("__metadata__", {})[_KEY])
        document, digest = sealed["kit"], sealed["sha256"]
    except (SafetensorError, struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"expected a brand kit in {name}, got another or a broken file ({type(error).__name__}): "
                         "choose a file that Save Brand Kit wrote") from None
    kit = Kit.from_tensors(document, tensors)
    if kit.digest != digest or set(kit.to_tensors()[1]) != set(tensors):
        raise ValueError(f"expected the kit that was sealed in {name}, got a changed one: save it again from its graph")
    return kit


def save_kit(kit: Kit, name: str, if_exists: str) -> Placed:
    """Write the kit under the output directory; `name` without or with its ending."""
    wired(kit, Kit, "kit")
    stem = name.strip()
    stem = stem[:-len(SUFFIX)] if stem.lower().endswith(SUFFIX) else stem
    placed = place(stem, {SUFFIX: kit_to_bytes(kit)}, if_exists)
    remember_written("RaccordSaveBrandKit", name, placed.paths)
    return placed


def find_kit(name: str) -> Path:
    """Path of a studio's kit: sub-folder `kits` of the library folders and of `input/raccord`.

    Raises:
        ValueError: The name is not safe, or there is no such kit.
    """
    shown = check_relative(name.strip(), "kit name")
    full = str(shown) if shown.suffix.lower() == SUFFIX else f"{shown}{SUFFIX}"
    path = library_file("kits", full)
    if path is None:
        raise ValueError(f"expected a kit named {full}, got none: put it into input/raccord/kits or a library's kits folder")
    return path


def refusal(name: object) -> str:
    """Why no kit of this name can be loaded, or nothing; the file is not opened."""
    if not isinstance(name, str):
        return f"expected the name of a kit in name, got {quoted(name)}"
    try:
        find_kit(name)
    except ValueError as error:
        return str(error)
    return ""


def load_kit(name: str) -> Kit:
    """Read a studio's kit by name."""
    path = find_kit(name)
    remember_read("RaccordLoadBrandKit", name, [path])
    return kit_from_bytes(path.read_bytes(), path.name)
