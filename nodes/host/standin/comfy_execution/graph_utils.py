"""Stand-in for the one name of ComfyUI's `comfy_execution.graph_utils` that nodes use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExecutionBlocker:
    """Value that keeps every node behind it from running; None blocks without a word."""

    message: str | None
