import json
from fractions import Fraction

import pytest
import torch
from raccord.nodes import runtime
from raccord.nodes.tracking.exchange.export import export_track
from raccord.nodes.tracking.nodes import (
    RaccordExportTrack,
    RaccordInsertGraphic,
    RaccordStampMarkers,
    RaccordTrackSurface,
)
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.track import Track, TrackFrame


class Surroundings:
    def __init__(self, root):
        self.input_directory = self.output_directory = self.temp_directory = root
        self.library, self.files, self.cancelled = (), [], False

    def check_cancelled(self):
        if self.cancelled:
            raise KeyboardInterrupt

    def show_progress(self, done, total):
        self.cancelled = self.cancelled or getattr(self, "stop_at", 1e9) <= done

    def wrote(self, path):
        self.files.append(path.name)


@pytest.fixture
def around(tmp_path):
    host = Surroundings(tmp_path)
    with runtime.surrounded_by(host):
        yield host


def track(move=0.0):
    frames = tuple(
        TrackFrame(Quad.rectangle(10 + i + move, 5, 30, 20), "occluded" if i == 1 else "tracked", 0.5) for i in range(4)
    )
    return Track((64, 48), Fraction(25), frames)


def test_names_shot_and_report(around, tmp_path):
    files, report = export_track(
        track(), "json, nuke_cornerpin", "tracks/sign", Shot(fps=Fraction(24), start_frame=101)
    )
    assert files == ["tracks/sign.json.json", "tracks/sign.nuke_cornerpin.nk"]
    assert json.loads((tmp_path / files[0]).read_text())["fps"] == "24/1"
    assert "x101 10" in (tmp_path / files[1]).read_text()
    assert report.verdict == "warn"
    assert {f.check: f.verdict for f in report.findings}["track.gaps"] == "warn"
    assert around.files == ["sign.json.json", "sign.nuke_cornerpin.nk"]


def test_what_is_there_is_kept_versioned_replaced_or_refused(around, tmp_path):
    first, _ = export_track(track(), "json", "a")
    stamp = (tmp_path / first[0]).stat().st_mtime_ns
    assert export_track(track(), "json", "a")[0] == first
    assert (tmp_path / first[0]).stat().st_mtime_ns == stamp
    assert export_track(track(1.0), "json", "a")[0] == ["a_v002.json.json"]
    assert export_track(track(1.0), "json", "a", if_exists="replace")[0] == first
    with pytest.raises(ValueError, match="absent"):
        export_track(track(), "json", "a", if_exists="refuse")


def test_a_refused_track_writes_nothing(around, tmp_path):
    files, report = export_track(Track.lost((8, 8), Fraction(24), 3, "no detail"), "json", "a")
    assert (files, report.verdict, list(tmp_path.iterdir())) == ([], "refused", [])
    images = torch.rand(3, 8, 8, 3)
    out = RaccordInsertGraphic.execute(
        images, Track.lost((8, 8), Fraction(24), 3, "no detail"), "contain", 1.0, 1.0, 0.0, images[:1]
    )
    assert out[0] is images
    assert json.loads(out[2])["verdict"] == "refused"


def test_a_deleted_file_makes_the_node_run_again(around, tmp_path):
    files, _ = export_track(track(), "json", "gone")
    before = RaccordExportTrack.fingerprint_inputs(name="gone")
    assert RaccordExportTrack.fingerprint_inputs(name="gone") == before
    (tmp_path / files[0]).unlink()
    assert RaccordExportTrack.fingerprint_inputs(name="gone") != before


def test_unsafe_names_and_unknown_formats(around):
    for name in ("../a", "/a", "a/../../b"):
        with pytest.raises(ValueError, match="expected name"):
            export_track(track(), "json", name)
    with pytest.raises(ValueError, match="got 'flame'"):
        export_track(track(), "flame", "a")


def test_schemas():
    for node in (RaccordStampMarkers, RaccordTrackSurface, RaccordInsertGraphic, RaccordExportTrack):
        info = node.GET_NODE_INFO_V1()
        assert info["category"] == "raccord/tracking"
        for need in ("required", "optional"):
            assert all(spec[1].get("tooltip") for spec in info["input"].get(need, {}).values()), node
    assert RaccordTrackSurface.GET_NODE_INFO_V1()["output_name"] == ["track", "tracks", "visible", "overlay", "report"]
    assert list(RaccordExportTrack.GET_NODE_INFO_V1()["input_order"]["optional"])[-1] == "if_exists"


def test_track_surface_is_cancelled(around):
    around.stop_at = 3
    with pytest.raises(KeyboardInterrupt):
        RaccordTrackSurface.execute(torch.rand(12, 80, 90, 3), "20,20 60,20 60,60 20,60", 0, "", "homography", True)
