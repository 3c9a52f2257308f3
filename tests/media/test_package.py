"""Packages: what comes back when a part of one was deleted."""

import json

import pytest
from raccord.nodes import runtime
from raccord.nodes.media import package, versions


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Delivers three files made from `inputs`; names of those that were written now, and the folder."""
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)

    def start(inputs="a", if_exists="resume"):
        with versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, inputs, if_exists) as opened:
            missing = [name for name in ("c.txt", "a.txt", "b.txt") if not opened.keep(name)]
            for name in missing:
                opened.write(name, f"{inputs} {name}".encode())
        return missing, opened.folder

    return start


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("lost", ["a.txt", "shot_v001.manifest.json"])
def test_a_deleted_file_comes_back_where_it_was(write, lost):
    _, folder = write()
    before = contents(folder)
    (folder / lost).unlink()
    written, again = write()
    assert written == ([lost] if lost == "a.txt" else [])
    assert again == folder
    assert contents(folder) == before


def test_what_somebody_made_of_a_file_is_kept_beside_the_folder(write):
    _, folder = write()
    for edit in (b"painted", b"painted again"):
        (folder / "a.txt").write_bytes(edit)
        assert write() == (["a.txt"], folder)
        assert (folder / "a.txt").read_bytes() == b"a a.txt"
    aside = folder.with_name("shot_v001_changed")
    assert contents(aside) == {"a.txt": b"painted", "a_2.txt": b"painted again"}
    (folder / "a.txt").write_bytes(b"")  # a disk that lost what it was given: nothing to keep
    assert write() == (["a.txt"], folder)
    (folder / "a.txt").write_bytes(b"painted")
    write(if_exists="replace")
    assert len(contents(aside)) == 2
    assert contents(folder)["a.txt"] == b"a a.txt"


def test_a_file_that_is_written_twice_in_one_run_is_nobodys_work(write):
    _, folder = write()
    (folder / "a.txt").write_bytes(b"painted")
    with versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume") as opened:
        for content in (b"too heavy", b"lighter"):
            with opened.writing("a.txt") as temporary:
                temporary.write_bytes(content)
    assert contents(folder.with_name("shot_v001_changed")) == {"a.txt": b"painted"}
    assert opened.aside == {"a.txt": folder.with_name("shot_v001_changed") / "a.txt"}


def test_without_its_manifest_a_folder_of_another_process_is_left_alone(write):
    _, folder = write()
    before = contents(folder)
    (folder / "shot_v001.manifest.json").unlink()
    package.closed.clear()
    _, next_folder = write()
    assert next_folder.name == "shot_v002"
    assert contents(folder) == {name: data for name, data in before.items() if "manifest" not in name}


def test_other_inputs_get_the_next_version(write):
    _, folder = write("a")
    _, other = write("b")
    assert (folder.name, other.name) == ("shot_v001", "shot_v002")
    assert write("a") == ([], folder)


def test_the_manifest_lists_files_by_name(write):
    _, folder = write()
    document = json.loads((folder / "shot_v001.manifest.json").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in document["files"]] == ["a.txt", "b.txt", "c.txt"]


def test_two_machines_with_other_inputs_get_a_version_each(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)
    with versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume") as one, \
            versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "b", "resume") as other:
        assert (one.folder.name, other.folder.name) == ("shot_v001", "shot_v002")
        with pytest.raises(ValueError, match="expected shot_v001 to be nobody's at work"), \
                versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "b", "replace"):
            pass
    assert list(contents(tmp_path / "made" / "shot_v001")) == ["shot_v001.manifest.json"]


def test_a_run_that_was_killed_goes_on_where_it_stood(tmp_path, monkeypatch, write):
    monkeypatch.setattr(package, "_EVERY", 0.0)
    killed = versions._find("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume", {})
    killed.write("c.txt", b"a c.txt")
    killed.write("a.txt", b"a a.txt")  # what follows never comes: the process is gone
    (killed.folder / ".raccord-1.txt").write_bytes(b"ha")
    written, folder = write()
    assert (written, folder) == (["a.txt", "b.txt"], killed.folder)  # the last one is not in the manifest yet
    assert json.loads((folder / "shot_v001.manifest.json").read_text(encoding="utf-8"))["complete"]


def test_a_failed_run_says_what_is_finished_or_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)
    with pytest.raises(ValueError, match="no room; a.txt to b.txt, 2 files, are finished, and resume goes on from there"), \
            versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume") as opened:
        opened.write("a.txt", b"a")
        opened.write("b.txt", b"b")
        raise ValueError("no room")
    with pytest.raises(ValueError, match="no room$"), \
            versions.open_package("other", lambda v: f"shot_v{v:03d}", 1, "a", "resume"):
        raise ValueError("no room")
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_machine_at_the_same_work_that_is_faster_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)
    with versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume") as one, \
            versions.open_package("made", lambda v: f"shot_v{v:03d}", 1, "a", "resume") as other, one.writing("f.mp4") as first:
        first.write_bytes(b"one")
        other.write("f.mp4", b"other")  # an encoder that gives other bytes in every run
    assert (one.folder, one.path("f.mp4").read_bytes()) == (other.folder, b"other")
    entries = {e["path"]: e["sha256"] for e in json.loads(one.manifest.read_text(encoding="utf-8"))["files"]}
    assert entries == {"f.mp4": package.file_sha256(one.path("f.mp4"))}
