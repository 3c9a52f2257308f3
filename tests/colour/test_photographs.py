"""Real charts: the right place, and no worse than the best model on the patches of OpenCV's own finder."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.colour.normalize import normalize

FOLDER = Path(__file__).resolve().parents[1] / "data/charts"
TRUTH = json.loads((FOLDER / "centres.json").read_text(encoding="utf-8"))
PEER = {"arcu_color_checker_07.jpg": 4.33, "arcu_color_checker_mini_05.jpg": 3.92, "ccm_referenceStrobo.png": 5.32,
        "ccm_renderedStrobo.png": 2.65, "mcc_img-colorchecker.jpg": 3.55}


@pytest.mark.parametrize("name", PEER)
def test_a_photograph_is_read_right(name):
    picture = torch.from_numpy(cv2.imread(str(FOLDER / name))[..., ::-1].copy()).float()[None] / 255
    answer = normalize(picture, "auto", None, 1)
    assert not answer.grade.refused
    assert answer.reading.plate.kind == "classic24"
    if name in TRUTH:
        off = np.linalg.norm(answer.reading.found[0].centres - TRUTH[name]["centres"], axis=1)
        assert off.max() < 0.25 * TRUTH[name]["side"]
    assert answer.solved.delta_e_loo <= PEER[name] + 0.1
    assert answer.solved.delta_e_before > answer.solved.delta_e_loo >= answer.solved.delta_e_mean
    assert not answer.reading.found[0].mirrored
    hidden = [0] if name.startswith("mcc") else []  # a finger's shadow lies on the first patch there
    assert np.flatnonzero(answer.reading.hidden).tolist() == hidden
