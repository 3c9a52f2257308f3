"""When a node has to run again although nothing in the graph has changed."""

import os

import pytest
from raccord.nodes import runtime
from raccord.nodes.media import claim, memory


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes `look.cube` as a node of kind `Node` does, and gives its path."""
    monkeypatch.setattr(runtime, "output_directory", lambda: tmp_path)
    for table in ("_content", "_left", "_generations"):
        monkeypatch.setattr(memory, table, {})

    def start(content, name="look", if_exists="replace"):
        placed = claim.place(name, {".cube": content}, if_exists)
        memory.remember_written("Node", name, placed.paths)
        return placed.paths[0]

    return start


def again(name="look"):
    return memory.generation("Node", name)


def test_a_deleted_file_counts_once(write):
    assert again() == 0
    path = write("a")
    assert [again() for _ in range(2)] == [0, 0]
    path.unlink()
    assert [again() for _ in range(2)] == [1, 1]
    write("a")
    assert [again(), again("other"), again(None)] == [1, 0, 1]


def test_a_file_of_another_run_of_that_name_counts(write):
    write("a")
    first = again()
    write("b")  # other inputs, written over
    assert again() == first + 1
    write("a")
    write("a")  # the same content is no other run
    assert [again(), again()] == [first + 2] * 2


def test_a_file_of_another_run_of_another_name_counts(write):
    path = write("a")
    assert again() == 0
    claim.place("look", {path.suffix: "b"}, "replace")
    assert again() == 1


def test_versions_are_all_watched(write):
    first, second = write("a", if_exists="resume"), write("b", if_exists="resume")
    assert (first.name, second.name) == ("look.cube", "look_v002.cube")
    assert again() == 0
    first.unlink()
    assert again() == 1
    second.unlink()
    assert again() == 2


def test_a_file_mended_by_hand_is_left_to_itself(write):
    write("a").write_text("better")
    assert again() == 0


def test_a_file_that_was_read_counts_when_it_changes(tmp_path, write):
    (tmp_path / "in.txt").write_text("one")
    memory.remember_read("Node", "in", [tmp_path / "in.txt"])
    assert again("in") == 0
    os.utime(tmp_path / "in.txt", ns=(1, 1))
    assert [again("in"), again("in")] == [1, 1]


def test_the_state_of_a_file_that_is_read_by_name(tmp_path, write):
    def find(name):
        if not (tmp_path / name).is_file():
            raise ValueError("not there")
        return tmp_path / name

    assert memory.reading_state("Node", "in.txt", find) == "absent"
    (tmp_path / "in.txt").write_text("one")
    first = memory.reading_state("Node", "in.txt", find)
    assert memory.reading_state("Node", "in.txt", find) == first
    (tmp_path / "in.txt").write_text("three")
    assert memory.reading_state("Node", "in.txt", find) != first
    assert memory.reading_state("Node", None, find) == "0"  # over a link the name is not known


def test_the_studios_files_of_a_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "library_directories", lambda: (tmp_path,))
    states = [memory.library_state("plates")]
    (tmp_path / "plates").mkdir()
    (tmp_path / "plates" / "ours.json").write_text("{}")
    states.append(memory.library_state("plates"))
    (tmp_path / "plates" / "ours.json").write_text("{ }")
    states.append(memory.library_state("plates"))
    assert len(set(states)) == 3
    assert memory.library_state("plates") == states[-1]
