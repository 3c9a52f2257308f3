"""Linear light of one set of primaries as light of another.

Sources: ITU-R BT.709; ACES TB-2014-004 (ACEScg) and SMPTE ST 2065-1; Lam 1985 (Bradford), for the step between white points.
"""

from __future__ import annotations

import numpy as np

Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]  # red, green, blue, white
_D65, _ACES = (0.3127, 0.3290), (0.32168, 0.33767)
REC709: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65)
AP1: Primaries = ((0.713, 0.293), (0.165, 0.830), (0.128, 0.044), _ACES)
AP0: Primaries = ((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077), _ACES)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def _to_xyz(primaries: Primaries) -> np.ndarray:
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    return columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])


def matrix_between(source: Primaries, target: Primaries) -> np.ndarray:
    """Matrix (3 × 3) that takes linear light of `source` to that of `target`, white to white."""
    if source == target:
        return np.eye(3)
    cone = [_BRADFORD @ _to_xyz(p).sum(1) for p in (source, target)]
    adapt = np.linalg.inv(_BRADFORD) @ np.diag(cone[1] / cone[0]) @ _BRADFORD
    return np.linalg.inv(_to_xyz(target)) @ adapt @ _to_xyz(source)
