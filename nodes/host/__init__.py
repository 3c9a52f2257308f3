"""The embedded host: runs API-format workflows where no ComfyUI is installed."""

from .result import Problem, RunResult
from .run import run_workflow

__all__ = ["Problem", "RunResult", "run_workflow"]
