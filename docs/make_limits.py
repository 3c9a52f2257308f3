"""Write the limits of `broadcast` into Guard Continuity's page: `python docs/make_limits.py` after a calibration.

Every limit stands there as a check's name in backticks, then warn / fail.
"""

from __future__ import annotations

import re
from pathlib import Path

from raccord.nodes.continuity.profile import load_profile

PAGE = Path(__file__).resolve().parents[1] / "web" / "docs" / "RaccordContinuityGuard.md"


def with_limits(text: str) -> str:
    """The page with today's numbers."""
    limits = load_profile("broadcast").limits

    def numbers(found: re.Match) -> str:
        limit = limits.get(found[1])
        return f"`{found[1]}` {limit.warn:g} / {limit.fail:g}" if limit else found[0]
    return re.sub(r"`([\w.]+)` [\d.]+ / [\d.]+", numbers, text)


if __name__ == "__main__":
    PAGE.write_text(with_limits(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
