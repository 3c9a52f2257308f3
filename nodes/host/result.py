"""What a run answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..wires.report import worst

EXIT_CODES = {"done": 0, "failed": 1, "invalid": 2, "blocked": 3, "cancelled": 130}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with ComfyUI's `type` and `message`; prints as one sentence.

    `node` is a title. `details` say the node's title and class, the input and what was expected.
    """

    type: str
    message: str
    node: str = ""
    input: str = ""
    details: str = ""
    traceback: str = ""

    def __str__(self) -> str:
        return f"{self.details}: {self.message} [{self.type}]" if self.details else f"{self.message} [{self.type}]"

    def to_dict(self) -> dict[str, str]:
        """The problem as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class RunResult:
    """What a workflow did.

    `status` is done, failed, invalid, blocked or cancelled. `seconds` and `outputs` (what nodes show) are keyed by node title.
    `files` are relative to the output directory, sorted. `reports` stand in the order of execution. `problems` holds all that is
    wrong, `error` the first. `temp_directory` holds previews and lives as long as the result.
    """

    status: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    outputs: Mapping[str, dict[str, list]] = field(default_factory=dict)
    files: Sequence[str] = ()
    reports: Sequence[dict[str, Any]] = ()
    problems: Sequence[Problem] = ()
    strict: bool = False
    temp_directory: Path | None = None

    @property
    def error(self) -> Problem | None:
        """The first problem."""
        return self.problems[0] if self.problems else None

    @property
    def verdict(self) -> str:
        """Worst verdict of the reports."""
        return worst(report["verdict"] for report in self.reports)

    @property
    def exit_code(self) -> int:
        """0 done, 1 failed, 2 invalid, 3 blocked or, when strict, a verdict of fail or refused, 130 cancelled."""
        code = EXIT_CODES[self.status]
        return 3 if code == 0 and self.strict and self.verdict in ("fail", "refused") else code

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {"status": self.status, "verdict": self.verdict, "seconds": dict(self.seconds), "files": list(self.files),
                "outputs": dict(self.outputs), "reports": list(self.reports), "error": self.error and self.error.to_dict(),
                "problems": [p.to_dict() for p in self.problems]}
