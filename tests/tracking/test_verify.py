"""Corners by features alone: where they verify the plane, though the picture does not agree or the sheet is not quite flat."""

import moving_sign
import numpy as np
import pytest
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.flow import Flow
from raccord.nodes.tracking.track.follower import Follower
from raccord.nodes.tracking.track.gaps import corners_of
from raccord.nodes.tracking.track.judge import Sight
from raccord.nodes.tracking.track.reference import build_reference
from raccord.nodes.tracking.track.source import Luma
from raccord.nodes.tracking.track.verify import enough, nearly_flat

SIDE = 340


@pytest.fixture(scope="module")
def scene():
    corners = moving_sign.path(30, (230, 220), SIDE)[[0, 29]]
    luma = Luma(Frames(moving_sign.film(corners, (560, 460), noise=1)))
    return luma, corners, build_reference(luma.frame(0), corners[0], 0, None, "homography")


def features(reference, away):
    """Features that were found at the place of the reference, moved by `away` (N, 2)."""
    points = reference.features
    at = (points + away) @ reference.to_frame[:2, :2].T + reference.to_frame[:2, 2]
    return Flow(reference.to_frame, len(points), len(points), len(points), points, at)


def test_a_search_that_many_matches_verify_gives_corners_though_the_picture_says_nothing(scene, monkeypatch):
    luma, corners, reference = scene
    monkeypatch.setattr(Follower, "_measure", lambda self, number, *_, **__: Sight(number, "blocked", None))
    sight = Follower(luma, reference, "homography", True, [(0, reference.to_frame)]).search_for(1)
    assert sight is not None
    assert sight.kind == "partly"
    assert np.abs(corners_of(sight, reference) - corners[1]).max() < 1.5


def test_few_matches_or_matches_on_one_spot_verify_nothing(scene):
    reference = scene[2]
    middle = reference.corners.mean(0)
    near = np.argsort(np.linalg.norm(reference.features - middle, axis=1))[:40]
    assert enough(reference.features, reference)
    assert not enough(reference.features[near], reference)
    assert not enough(reference.features[::12][:20], reference)


def test_a_curled_sheet_is_nearly_flat_and_a_surface_that_comes_apart_is_not(scene):
    reference = scene[2]
    across = (reference.features[:, :1] - reference.corners[0, 0]) / np.ptp(reference.corners[:, 0])
    curled = nearly_flat(features(reference, np.sin(np.pi * across) * (0, 3.0)), reference)
    assert curled is not None
    found, true = (corners_of(Sight(1, "partly", h), reference) for h in (curled, reference.to_frame))
    assert np.abs(found - true).max() < 4
    assert nearly_flat(features(reference, (across > 0.5) * np.array([12.0, 9.0])), reference) is None
