import pytest
from raccord.nodes import runtime
from raccord.nodes.media import claim


@pytest.fixture
def told(tmp_path, monkeypatch):
    paths = []
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)
    monkeypatch.setattr(runtime, "wrote", paths.append)
    return paths


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_resume_keeps_identical_files_and_tells_the_host(tmp_path, told):
    first = claim.place("grades/look", {".cube": "a", ".cdl": b"b"}, "resume")
    stamp = first.paths[0].stat().st_mtime_ns
    second = claim.place("grades/look", {".cube": "a", ".cdl": b"b"}, "resume")
    assert first.kept == (False, False)
    assert second.kept == (True, True)
    assert second.paths[0].stat().st_mtime_ns == stamp
    assert told == [*first.paths, *second.paths]
    assert names(tmp_path) == ["grades/look.cdl", "grades/look.cube"]


def test_resume_gives_other_inputs_the_next_version_for_every_file(tmp_path, told):
    claim.place("look", {".cube": "a", ".cdl": "b"}, "resume")
    other = claim.place("look", {".cube": "a", ".cdl": "c"}, "resume")
    assert names(tmp_path) == ["look.cdl", "look.cube", "look_v002.cdl", "look_v002.cube"]
    assert "other inputs" in other.sentence
    assert claim.place("look", {".cube": "a", ".cdl": "c"}, "resume").kept == (True, True)
    assert claim.place("look_v002", {".cube": "z", ".cdl": "z"}, "resume").name == "look_v003"


def test_resume_completes_what_is_missing(tmp_path, told):
    placed = claim.place("look", {".cube": "a", ".cdl": "b"}, "resume")
    placed.paths[1].unlink()
    assert claim.place("look", {".cube": "a", ".cdl": "b"}, "resume").kept == (True, False)
    assert placed.paths[1].read_text() == "b"


def test_replace_writes_over_and_refuse_names_the_file(tmp_path, told):
    claim.place("look", {".cube": "a"}, "replace")
    claim.place("look", {".cube": "b"}, "replace")
    assert (tmp_path / "look.cube").read_text() == "b"
    with pytest.raises(ValueError, match=r"expected look\.cube to be absent"):
        claim.place("look", {".txt": "n", ".cube": "c"}, "refuse")
    assert names(tmp_path) == ["look.cube"]


@pytest.mark.parametrize("name", ["../look", "/look", "C:/look", "", "a/../../b"])
def test_names_stay_inside(name, told):
    with pytest.raises(ValueError, match="expected grade"):
        claim.place(name, {".cube": "a"}, "replace", what="grade")


def test_an_identical_file_keeps_its_time_whatever_is_asked(tmp_path, told):
    first = claim.place("look", {".cube": "a"}, "replace")
    stamp = first.paths[0].stat().st_mtime_ns
    assert claim.place("look", {".cube": "a"}, "replace").paths[0].stat().st_mtime_ns == stamp
    assert told == [*first.paths, *first.paths]


def test_another_machine_that_was_faster_is_not_written_over(tmp_path, told, monkeypatch):
    real, races = claim.writing, ["theirs"]

    def late(path, *, replace):
        if races:
            path.write_text(races.pop())
        return real(path, replace=replace)

    monkeypatch.setattr(claim, "writing", late)
    placed = claim.place("look", {".cube": "ours"}, "resume")
    assert (placed.name, (tmp_path / "look.cube").read_text()) == ("look_v002", "theirs")
    assert (tmp_path / "look_v002.cube").read_text() == "ours"
