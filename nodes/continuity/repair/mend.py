"""One join repaired step by step: drop, colour, motion, detail. The guard measures after each; what is no better is undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from ... import runtime
from ...wires.report import Finding
from .measure import State, better, failing, measure, worse
from .steps import Attempt, Failing, Side, colouring, crossfading, detailing, dropping


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of repair: the checks that it heals, its attempts, and whether it turns a step into a slow drift."""

    name: str
    heals: tuple[str, ...]
    attempts: Callable[[Side, Failing], Iterator[Attempt]]
    drifts: bool = False


def _ends(name: str) -> tuple[str, ...]:
    return f"anchor.first.{name}", f"anchor.last.{name}"


STEPS = (
    Step("drop", ("seam.duplicate", "seam.freeze", "seam.echo", *_ends("geometry")), dropping),
    Step("colour", ("seam.exposure", "seam.colour", *_ends("exposure"), *_ends("colour")), colouring, drifts=True),
    Step("crossfade", ("seam.position", "seam.dropped", *_ends("geometry")), crossfading),
    Step("detail", ("drift.sharpness", "drift.grain", "seam.sharpness", "seam.grain", *_ends("sharpness")), detailing,
         drifts=True),
)


@dataclass(slots=True)
class Work:
    """What came of one join: the guard's answers before and after, the steps that were kept, a finding for each step."""

    side: Side
    before: State
    after: State
    kept: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def mend(side: Side, allowed: Collection[str]) -> Work:
    """Repair one join; `side.film` ends up with what was kept.

    Args:
        side: The join.
        allowed: Names of `STEPS` that may be taken.
    """
    before = measure(side.film.frames, side.join, side.reach)
    work = Work(side, before, before)
    stop = _unfit(work)
    if stop is not None:
        work.findings.append(stop)
        return work
    taken = [(_take(kind, work, kind.name in allowed), kind) for kind in STEPS]
    work.findings += [_settled(f, kind, work) for f, kind in taken]
    return work


def _settled(f: Finding, kind: Step, work: Work) -> Finding:
    """A step that came to nothing is no warning where a later one healed its checks."""
    left = any(check in kind.heals for check, _ in failing(work.after))
    return f if left or f.verdict != "warn" else replace(f, verdict="pass", message=f"{f.message} A later step healed it.")


def _unfit(work: Work) -> Finding | None:
    cut = work.before.get(("integrity.cut", True))
    if cut is not None and cut.verdict == "fail":
        return Finding("repair.crossfade", "refused", f"{cut.message} Nothing is repaired across a cut.", frames=cut.frames,
                       suggestion=cut.suggestion)
    refused = next((f for f in work.before.values() if f.verdict == "refused"), None)
    return refused and Finding("repair.crossfade", "refused", refused.message, suggestion=refused.suggestion)


def _take(kind: Step, work: Work, allowed: bool) -> Finding:
    """Try a step's attempts until none of its checks fails any more."""
    check, where = f"repair.{kind.name}", work.side.join.name
    bad = {key: f for key, f in failing(work.after).items() if key[0] in kind.heals}
    if kind.name == "drop":
        bad = {key: f for key, f in bad.items() if f.drop}
    if not bad:
        return Finding(check, "pass", f"Not needed at {where}.")
    names = ", ".join(sorted(name for name, _ in bad))
    if not allowed:
        return Finding(check, "not tested", f"Not asked for, though {names} fails at {where}.")
    done, not_done = [], []
    for attempt in kind.attempts(work.side, failing(work.after)):
        runtime.check_cancelled()
        reason = _try(attempt, kind, work)
        said = f"{attempt.words}, but {reason}." if reason and attempt.make else reason or f"{attempt.words}."
        (not_done if reason else done).append(said)
        if not set(bad) & set(failing(work.after)):
            break
    return _finding(check, work, bad, done, not_done)


def _try(attempt: Attempt, kind: Step, work: Work) -> str:
    """Make an attempt and measure; empty where it is kept, else the reason why it was undone."""
    if attempt.make is None:
        return attempt.words
    bad = {key: f for key, f in failing(work.after).items() if key[0] in kind.heals}
    undo = attempt.make()
    after = measure(work.side.film.frames, work.side.join, work.side.reach)
    reason = _against(work.after, after, bad, kind.drifts)
    if reason:
        undo()
        return reason
    work.after = after
    work.kept.append(kind.name)
    return ""


def _against(before: State, after: State, bad: Failing, drifts: bool) -> str:
    """Why a change is not kept; empty where it is."""
    off = worse(before, after, drifts)
    if off is not None:
        was = before.get(next(key for key, f in after.items() if f is off))
        return f"then {off.check} would be {_value(off)}" + (f", {_value(was)} before" if was is not None else "")
    if not any(better(f, after.get(key)) for key, f in bad.items()):
        return f"{', '.join(sorted(key[0] for key in bad))} does not get better"
    return ""


def _value(f: Finding | None) -> str:
    if f is None:
        return "no longer named"
    if not isinstance(f.value, (int, float)):
        return f.verdict
    return f"{round(f.value, 2):g} {f.unit} ({f.verdict})"


def _finding(check: str, work: Work, bad: Failing, done: list[str], not_done: list[str]) -> Finding:
    """What a step came to, with the check that failed worst, before and after."""
    key, was = max(bad.items(), key=lambda item: (item[0] not in failing(work.after), item[0]))
    now = work.after.get(key)
    compared = f" {key[0]}: {_value(was)} before, {_value(now)} after."
    if done:
        healed = not set(bad) & set(failing(work.after))
        value = now.value if now is not None else None
        more = "" if healed else " ".join(["", *not_done])
        verdict, words = "pass" if healed else "warn", " ".join(done) + compared + more
        return Finding(check, verdict, words, value, was.unit, was.limit, was.frames)
    said = " ".join(not_done) or "Nothing that this step does would heal it."
    return Finding(check, "warn", f"Left as it is at {work.side.join.name}. {said}", was.value, was.unit, was.limit, was.frames,
                   suggestion=was.suggestion)
