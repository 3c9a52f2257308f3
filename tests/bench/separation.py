"""How well a measure tells own kits from others': AUC, ranks, and what chance there is in both, drawn again over brands.

Brands are drawn, not files: two files of one brand say nearly the same. All measures see the same draws, so that the interval
of their difference is that of pairs. Ties count half.
"""

import numpy as np
from scipy.stats import rankdata

DRAWS, EVEN = 200, 1e-6


def auc(own, other):
    """Share of pairs in which the own difference is smaller."""
    ranks = rankdata(np.concatenate((own, other)))[:len(own)].sum()
    return 1 - (ranks - len(own) * (len(own) + 1) / 2) / (len(own) * len(other))


def ranks_of(raw, truth):
    """Rank of the right kit for every file, 1 the first, of differences (files, kits)."""
    own = raw[np.arange(len(truth)), truth][:, None]
    return 1 + (raw < own - EVEN).sum(1) + ((abs(raw - own) <= EVEN).sum(1) - 1) / 2


def _pooled(raw, truth, brands):
    """AUC over all pairs, of all files first and then of `DRAWS` draws of brands."""
    rows = np.arange(len(truth))
    own, foreign = raw[rows, truth], np.ones(raw.shape, bool)
    foreign[rows, truth] = False
    groups = [np.flatnonzero(brands == b) for b in np.unique(brands)]
    draw, out = np.random.default_rng(0), [auc(own, raw[foreign])]
    for _ in range(DRAWS):
        take = np.concatenate([groups[i] for i in draw.integers(0, len(groups), len(groups))])
        out.append(auc(own[take], raw[take][foreign[take]]))
    return np.array(out)


def _interval(values):
    low, high = np.quantile(values, (0.025, 0.975))
    return f"({low:.3f}..{high:.3f})"


def report(tables, truth, brands):
    """Print each measure of `tables`, differences (files, kits) by name, the peer first, and how far it is from the peer.

    Args:
        tables: Differences by the name of the measure.
        truth: Number of the right kit of each file.
        brands: Name of the brand of each file.
    """
    brands, peer = np.asarray(brands), None
    for name, raw in tables.items():
        areas, rank = _pooled(raw, truth, brands), ranks_of(raw, truth)
        print(f"{name:36} AUC {areas[0]:.3f} {_interval(areas[1:])}  top-1 {(rank < 1.5).mean():.3f}  "
              f"top-5 {(rank <= 5).mean():.3f}  median rank {np.median(rank):.1f}", flush=True)
        if peer is not None:
            print(f"{'':36} over the peer {areas[0] - peer[0]:+.3f} {_interval(areas[1:] - peer[1:])}", flush=True)
        peer = areas if peer is None else peer
