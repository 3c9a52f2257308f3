"""Score pictures against a kit, each for itself: no picture's score depends on another one in the batch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from .. import runtime
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.kit import SCORES, Kit
from ..wires.scores import Part, PictureScore, Scores
from .banned import banned
from .cells import cells_of, codes_of, within
from .clutter import clutter
from .continuity import continuity, reports_for
from .coverage import averaged, coverage
from .duplicates import Known, duplicates, in_batch, known_references
from .fit import PARTS, WEIGHTS, scores_of
from .hashes import Hash, picture_hash
from .headlines import headlines
from .lanes import at_once, lanes_for
from .logo import logo
from .look import look, statistics
from .palette import palette
from .parts import not_tested, soften
from .question import Question
from .style import style
from .zones import zones

RULES = "raccord.brand/1"
CLIP_SAMPLES = 16
_JPEG_QUALITY = 90
_LEAST_NOISE = 1e-4
_SHADES = np.arange(256, dtype=np.float32) / 255
_NOTHING: Mapping[str, Part] = {}
_LONG = ("palette", "logo", "style")  # before each of these a run may be cancelled
_TAKEN = ("logo", "style")  # that a JPEG hardly moves, and that take long


def _parts(picture: torch.Tensor, codes: np.ndarray, question: Question, reports: Sequence[dict], mine: Hash,
           known: Sequence[Known], kept: Mapping[str, Part] = _NOTHING) -> dict[str, Part]:
    """All parts of one picture (H, W, 3|4) with its `codes`.

    What is `kept` is not measured again; then the picture holds nothing but its codes, and no colour has a box.
    """
    cells = cells_of(torch.from_numpy(codes), places=False) if kept else cells_of(picture, codes=codes)
    kit, calm = question.kit, cells_of(averaged(picture))
    measure = {
        "palette": lambda: palette(cells, kit.palette, calm),
        "coverage": lambda: coverage(picture, kit.palette, calm),
        "banned": lambda: banned(cells, kit.banned, kit.palette),
        "logo": lambda: logo(picture, question.marks),
        "look": lambda: look(statistics(picture, cells), kit.references, kit.counter_examples),
        "style": lambda: style(picture, question.eye),
        "zones": lambda: zones(picture, question.zones),
        "clutter": lambda: clutter(picture, question.zones),
        "duplicates": lambda: duplicates(mine, tuple(known)),
        "continuity": lambda: continuity(reports),
    }
    out = {}
    for name in PARTS:
        if name not in question.wanted:
            out[name] = not_tested(name, "This part was not asked for.")
        elif name in kept:
            out[name] = kept[name]
        else:
            if name in _LONG:
                runtime.check_cancelled()
            out[name] = measure[name]() if question.strict else soften(measure[name]())
    return out


def _as_jpeg(codes: np.ndarray) -> np.ndarray:
    """8-bit pixels (H, W, 3|4) after a JPEG of quality 90, in memory; alpha stays as it is."""
    _, held = cv2.imencode(".jpg", cv2.cvtColor(codes, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    worn = cv2.cvtColor(np.asarray(cv2.imdecode(held, cv2.IMREAD_COLOR)), cv2.COLOR_BGR2RGB)
    return worn if codes.shape[2] == 3 else np.dstack((worn, codes[..., 3]))


def _original(parts: dict[str, Part], question: Question, mine: Hash) -> Part:
    known = (*question.known, *known_references(question.kit))
    return duplicates(mine, known) if "duplicates" in question.wanted else parts["duplicates"]


def _noise(codes: np.ndarray, question: Question, reports: Sequence[dict], mine: Hash, parts: dict[str, Part],
           scores: dict[str, float | None]) -> dict[str, float]:
    """How far each score moves when the picture goes through a JPEG; the logo and the style are taken as found."""
    codes = _as_jpeg(codes)
    worn = torch.from_numpy(cv2.LUT(codes, _SHADES))  # in memory that is claimed in large pieces
    mine = picture_hash(worn) if scores["originality"] is not None else mine
    worn_parts = _parts(worn, codes, question, reports, mine, question.known, {name: parts[name] for name in _TAKEN})
    again, _ = scores_of(worn_parts, _original(worn_parts, question, mine), question.kit)
    return {name: max(_LEAST_NOISE, abs(was - (again[name] or 0.0))) for name, was in scores.items() if was is not None}


def score_picture(picture: torch.Tensor, question: Question, *, reports: Sequence[dict] | None = None, mine: Hash | None = None,
                  company: Sequence[Known] = (), frame: int | None = None) -> PictureScore:
    """Score one encoded picture (H, W, 3|4).

    Args:
        picture: Values 0..1; with alpha, transparent pixels do not count as area.
        question: See `ask`.
        reports: Reports about this picture; by default all of the question.
        mine: Its hash, where it is known already.
        company: Other pictures of the batch: named in `duplicates`, but no part of any score.
        frame: Its number, where it is a frame of a clip; noise is then not measured.

    Returns:
        Parts, scores, and `noise`: how far each score moves when the picture goes through a JPEG of quality 90 (the logo, the
        style and the reports are taken as they are).
    """
    picture = within(picture.detach().cpu().float()).contiguous()
    codes = codes_of(picture)
    mine = mine or picture_hash(picture)
    reports = question.reports if reports is None else reports
    parts = _parts(picture, codes, question, reports, mine, (*question.known, *company))
    original = _original(parts, question, mine)
    scores, fit = scores_of(parts, original, question.kit)
    told = headlines(parts, original if question.strict else soften(original), scores, question.kit, fit["unseen_logo"] < 1)
    noise = {} if frame is not None else _noise(codes, question, reports, mine, parts, scores)
    passed, tested = (sum(counts) for counts in zip(*((p.verdict == "pass", p.tested) for p in parts.values()), strict=True))
    digest = hashlib.sha256(codes.data).hexdigest()
    return PictureScore(parts, scores, noise, passed, tested, mine.bits.hex(), digest, frame, fit, told)


def score_batch(pictures: torch.Tensor, question: Question) -> Scores:
    """Score takes (B, H, W, 3|4), in their order."""
    bar = runtime.Progress(2 * len(pictures))
    lanes = _lanes(question, pictures.shape[1] * pictures.shape[2])
    hashes = at_once(picture_hash, pictures, lanes, lambda: bar.step(0.2))

    def scored(number: int) -> PictureScore:
        _check_seen(pictures[number], number)
        about = reports_for(number, len(pictures), question.reports)
        return score_picture(pictures[number], question, reports=about, mine=hashes[number], company=in_batch(hashes, number))

    out = at_once(scored, range(len(pictures)), lanes, lambda: bar.step(1.8))
    return Scores(tuple(out), question.kit.digest, weights_of(question.kit), False, (pictures.shape[2], pictures.shape[1]))


def _check_seen(picture: torch.Tensor, number: int) -> None:
    """Refuse a picture (H, W, 3|4) of which nothing is to be seen, by its number."""
    if picture.shape[-1] == 4 and float(picture[..., 3].max()) < 0.5 / 255:
        raise ValueError(f"expected something to see in every picture of clip, got picture {number} wholly transparent: "
                         "leave it out")


def _lanes(question: Question, pixels: int) -> int:
    """Pictures at once: one where a vision model is asked, which is not made for several."""
    return 1 if question.eye.encoder else lanes_for(pixels)


def score_clip(frames: Frames, question: Question) -> Scores:
    """Score at most 16 frames of a clip, evenly spread, the first and the last among them; noise is that of the worst one."""
    numbers = sorted({round(n) for n in np.linspace(0, len(frames) - 1, min(len(frames), CLIP_SAMPLES))})
    bar = runtime.Progress(len(numbers))
    lanes = _lanes(question, math.prod(frames.size))
    shown = ((number, frames.frame(number)) for number in numbers)

    def scored(one: tuple[int, torch.Tensor]) -> PictureScore:
        _check_seen(one[1], one[0])
        return score_picture(one[1], question, frame=one[0])

    out = at_once(scored, shown, lanes, bar.step)
    worst = min(range(len(out)), key=lambda i: (out[i].scores["brand_fit"] or 0.0, i))  # its noise is that of the clip
    out[worst] = replace(out[worst], noise=score_picture(frames.frame(numbers[worst]), question).noise)
    return Scores(tuple(out), question.kit.digest, weights_of(question.kit), True, frames.size)


def weights_of(kit: Kit) -> dict[str, float]:
    """Weights of the four scores: the kit's over the usual ones."""
    return {**WEIGHTS, **{name: weight for name, weight in kit.weights if name in SCORES}}


def clip_summary(scores: Scores) -> dict:
    """Median and worst 5 % of each score over the sampled frames, and which frame is worst."""
    out: dict[str, dict] = {}
    for name in SCORES:
        known = [(p.scores[name], p.frame) for p in scores.pictures if p.scores[name] is not None]
        if known:
            values = np.array([float(v or 0) for v, _ in known])
            out[name] = {"median": float(np.median(values)), "worst_5_percent": float(np.quantile(values, 0.05)),
                         "worst_frame": known[int(values.argmin())][1]}
    return out
