"""Profiles: ours, the studio's, and what is refused."""

import json
from types import SimpleNamespace

import pytest
from raccord.nodes import runtime
from raccord.nodes.continuity.profile import OURS, Limit, load_profile, profile_names


@pytest.fixture
def studio(tmp_path):
    (tmp_path / "profiles").mkdir()
    host = SimpleNamespace(library=(tmp_path,), input_directory=tmp_path, output_directory=tmp_path, check_cancelled=lambda: None)
    with runtime.surrounded_by(host):
        yield lambda name, document: (tmp_path / f"profiles/{name}.json").write_text(document if isinstance(document,
            str) else json.dumps(document))


def test_ours_go_from_wide_to_narrow():
    draft, broadcast, vfx = (load_profile(name)["seam.exposure"] for name in OURS)
    assert draft.fail > broadcast.fail > vfx.fail
    assert load_profile("vfx")["anchor.sharpness"].fail > load_profile("broadcast")["anchor.sharpness"].fail
    assert load_profile("draft")["seam.repeat"] == load_profile("vfx")["seam.repeat"]
    assert load_profile("draft").dead_band == 1.5


def test_both_the_value_and_how_far_it_stands_out_decide():
    limit = Limit(1.0, 2.0, "%", z=4)
    assert [limit.judge(v, z) for v, z in ((0.5, 9), (1.5, 9), (3, 9), (3, 2))] == ["pass", "warn", "fail", "pass"]
    assert Limit(0.85, 0.7, "ratio").judge(0.75) == "warn"


def test_a_studio_changes_one_limit(studio):
    studio("tight", {"profile": "tight", "extends": "vfx", "limits": {"seam.exposure": {"fail": 0.9}}})
    assert profile_names() == [*OURS, "tight"]
    tight, vfx = load_profile("tight"), load_profile("vfx")
    assert tight["seam.exposure"].fail == 0.9
    assert tight["seam.exposure"].warn == vfx["seam.exposure"].warn
    assert tight["seam.position"] == vfx["seam.position"]


@pytest.mark.parametrize(("document", "said"), [
    ("{", "expected JSON"), ("[]", "expected an object"), ({"extends": "bad"}, "circle"),
    ({"limits": {"seam.exposure": {"warn": 1}}}, "warn, fail and unit")])
def test_a_bad_file_is_named(studio, document, said):
    studio("bad", document)
    with pytest.raises(ValueError, match=said):
        load_profile("bad")


def test_an_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="draft, broadcast, vfx"):
        load_profile("soap")
