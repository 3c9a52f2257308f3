"""A kit as one .safetensors file: its tensors, and metadata that a person can read: schema, seals, and all that is not a picture.

Metadata of the format is text alone: `raccord.schema`, `raccord.sha256` (over everything), `raccord.tensors` (one seal a tensor),
`raccord.summary` (in words) and `raccord.kit` (JSON).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import safetensors.torch
import torch
from safetensors import SafetensorError

from .. import runtime
from ..media.claim import Placed, place, with_version
from ..media.listing import names_in
from ..media.memory import remember_read, remember_written
from ..media.paths import check_relative, output_path
from ..wires.check import quoted, wired
from ..wires.kit import SCHEMA, Kit
from ..wires.kit_look import digest_of
from .kit_changes import changes
from .kit_names import SUFFIX, find_kit
from .kit_text import read_kit_text
from .kit_words import summary

_KEY = "raccord."
_MOST_BYTES = 1 << 30


def kit_to_bytes(kit: Kit) -> bytes:
    """The kit as the bytes of a file; the same kit gives the same bytes."""
    document, tensors = kit.to_tensors()
    seals = {name: digest_of({}, {name: tensor}) for name, tensor in sorted(tensors.items())}
    metadata = {"schema": SCHEMA, "sha256": kit.digest, "tensors": _text(seals), "summary": "\n".join(summary(kit)),
                "kit": _text(document)}
    data = safetensors.torch.save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    length, header = _header(data)
    ordered = {"__metadata__": {f"{_KEY}{name}": value for name, value in metadata.items()}, **header}
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()  # the library shuffles metadata
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data[8 + length:]


def _header(data: bytes) -> tuple[int, dict]:
    """Length and content of what stands before the tensors."""
    (length,) = struct.unpack("<Q", data[:8])
    return length, json.loads(data[8:8 + length])


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)


def kit_from_bytes(data: bytes, name: str = "the file") -> Kit:
    """Read what `kit_to_bytes` gave.

    Raises:
        ValueError: Not a .safetensors file, not a kit, one of a newer Raccord, or not the kit that was sealed.
    """
    try:
        tensors = safetensors.torch.load(data)
        said = _header(data)[1].get("__metadata__", {})
        schema, digest = said[f"{_KEY}schema"], said[f"{_KEY}sha256"]
        document, seals = (json.loads(said[f"{_KEY}{part}"]) for part in ("kit", "tensors"))
    except (SafetensorError, struct.error, ValueError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"expected a brand kit in {name}, got a file that is broken or no .safetensors: "
                         "choose one that Save Brand Kit wrote") from None
    except KeyError:
        raise ValueError(f"expected a brand kit in {name}, got tensors of something else: "
                         "choose a file that Save Brand Kit wrote") from None
    if _number(schema) > _number(SCHEMA):
        raise ValueError(f"expected a kit of schema {SCHEMA} in {name}, got {quoted(schema)}: a newer Raccord wrote it, "
                         "so update this one")
    _check_seal(document, tensors, seals, digest, name)
    try:
        kit = Kit.from_tensors(document, tensors)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if set(kit.to_tensors()[1]) != set(tensors):
        raise ValueError(f"expected the kit that was sealed in {name}, got a changed one: save it again from its graph")
    return kit


def _number(schema: object) -> int:
    """The version of a kit's schema; 0 for what is none."""
    family, _, number = str(schema).partition("/")
    return int(number) if family == SCHEMA.partition("/")[0] and number.isdecimal() and len(number) < 9 else 0


def _check_seal(document: object, tensors: dict[str, torch.Tensor], seals: object, digest: object, name: str) -> None:
    """Ask for what was sealed, whichever version sealed it, and say which part was changed."""
    if isinstance(document, dict) and digest_of(document, tensors) == digest:
        return
    known = seals if isinstance(seals, dict) else {}
    changed = sorted(key for key in tensors if known.get(key) != digest_of({}, {key: tensors[key]}))
    what = f"changed {', '.join(changed[:3])}" if changed else "changed rules"
    raise ValueError(f"expected the kit that was sealed in {name}, got {what}: save it again from its graph")


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a kit was written, and what changed since the version before it: none without one, empty for nothing."""

    placed: Placed
    before: str = ""
    changed: tuple[str, ...] = ()


def save_kit(kit: Kit, name: str, if_exists: str) -> Saved:
    """Write the kit under the output directory; `name` without or with its ending."""
    wired(kit, Kit, "kit")
    stem = name.strip()
    stem = stem[:-len(SUFFIX)] if stem.lower().endswith(SUFFIX) else stem
    before, old = _version_before(stem, kit)
    placed = place(stem, {SUFFIX: kit_to_bytes(kit)}, if_exists)
    remember_written("RaccordSaveBrandKit", name, placed.paths)
    return Saved(placed, before, tuple(changes(old, kit)) if old else ())


def _version_before(stem: str, kit: Kit) -> tuple[str, Kit | None]:
    """The latest version of that name that is another kit."""
    path = output_path(f"{check_relative(stem)}{SUFFIX}")
    base = with_version(path.name[:-len(SUFFIX)], 1)[:-len("_v001")]
    names = [n for n in names_in(path.parent)[0] if n.endswith(SUFFIX) and n.startswith(base)]
    versions = [n for n in names if n == path.name or n[len(base):-len(SUFFIX)].removeprefix("_v").isdecimal()]
    for version in sorted(versions, key=lambda n: (len(n), n), reverse=True):
        runtime.check_cancelled()
        try:
            old = kit_from_bytes((path.parent / version).read_bytes(), version)
        except (ValueError, OSError):
            continue  # what cannot be read is no version to compare with
        if old.digest != kit.digest:
            return version[:-len(SUFFIX)], old
    return "", None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A kit that was read, what it is in a sentence, and what was left out or has changed."""

    kit: Kit
    said: str
    remarks: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def load_kit(name: str, since: str = "") -> Loaded:
    """Read a studio's kit by name, sealed or as text, and what changed since another one."""
    kit, said, remarks = _read(name, "kit name")
    if not since.strip():
        return Loaded(kit, said, remarks)
    old = _read(since, "since")[0]
    return Loaded(kit, said, remarks, tuple(changes(old, kit)) or ("Nothing has changed.",))


def _read(name: str, what: str) -> tuple[Kit, str, tuple[str, ...]]:
    path = find_kit(name, what)
    remember_read("RaccordLoadBrandKit", name, [path])
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError:
        raise ValueError(f"expected a kit that may be read in {path.name}, got one that may not: "
                         "ask for the right to read it") from None
    if size > _MOST_BYTES:
        raise ValueError(f"expected a kit of at most 1 GiB in {path.name}, got more: choose a file that Save Brand Kit wrote")
    if path.suffix.lower() == SUFFIX:
        return kit_from_bytes(data, path.name), f"{name} is the kit that was sealed.", ()
    found = read_kit_text(data, path.name)
    return found.kit, f"{name} is read from text.", found.remarks
