import pytest
from raccord.nodes import runtime
from raccord.nodes.media.paths import check_relative, inside, relative_to_output, write_text, writing


class Host:
    def __init__(self, root):
        self.input_directory = root / "input"
        self.output_directory = root / "output"
        self.output_directory.mkdir()
        self.library, self.files = (), []

    def wrote(self, path):
        self.files.append(path)


@pytest.fixture
def host(tmp_path):
    host = Host(tmp_path)
    with runtime.surrounded_by(host):
        yield host


@pytest.mark.parametrize("name", [
    "", ".", "/etc/passwd", "\\\\server\\share", "C:\\x", "C:x", "../x", "a/../../x", "a/..", "con", "NUL.txt",
    "a/com1.exr", "a\0b",
    "what?", "a:b", "a|b", "tail.", "tail ", " lead", "x" * 10_000, "a/" * 500 + "b", "a\nb", "a\x85b", "a\u2028b", "a\ud800b",
    "CON .txt", "com¹", "CONOUT$", "aux.tar.gz", "a\u202egpj.exe", "a\u200bb", "\ufeffa",
])
def test_names_that_leave_or_break_are_refused(name):
    with pytest.raises(ValueError, match="expected name"):
        check_relative(name)


@pytest.mark.parametrize(("name", "path"), [
    ("a\\b.exr", "a/b.exr"), ("./SH010/comp", "SH010/comp"), ("été/плашка", "été/плашка"),
])
def test_other_names_are_kept_with_one_separator(name, path):
    assert check_relative(name).as_posix() == path


def test_a_link_does_not_lead_out(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "away").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="leads out"):
        inside(tmp_path / "out", "away/x.txt")


def test_a_file_is_whole_or_absent(host):
    path = host.output_directory / "a" / "x.txt"
    with pytest.raises(RuntimeError), writing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert list(host.output_directory.iterdir()) == []  # nor the folder that was made for it
    assert host.files == []
    write_text(path, "whole\n")
    assert path.read_bytes() == b"whole\n"
    assert host.files == [path]
    assert relative_to_output(path) == "a/x.txt"


def test_nothing_is_overwritten_unless_asked(host):
    path = write_text(host.output_directory / "x.txt", "first")
    with pytest.raises(FileExistsError, match="expected x.txt to be absent"):
        write_text(path, "second", replace=False)
    assert path.read_text() == "first"
    write_text(path, "second")
    assert path.read_text() == "second"


def test_the_old_file_stays_when_the_new_one_fails(host):
    path = write_text(host.output_directory / "x.txt", "first")
    with pytest.raises(ValueError, match="expected room on the disk for x.txt, got none"), writing(path) as temporary:
        temporary.write_text("half")
        raise OSError(28, "No space left on device")
    assert path.read_text() == "first"
    assert len(list(host.output_directory.iterdir())) == 1


def test_a_folder_that_cannot_be_is_said(host):
    write_text(host.output_directory / "taken", "a file")
    with pytest.raises(ValueError, match="expected a folder to write x.txt into, got .* for taken: see to the output"):
        write_text(host.output_directory / "taken" / "x.txt", "text")


def test_a_file_system_without_links_writes_over_nothing_either(host, monkeypatch):
    def none(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("pathlib.Path.hardlink_to", none)
    path = write_text(host.output_directory / "x.txt", "first", replace=False)
    with pytest.raises(FileExistsError, match="expected x.txt to be absent"):
        write_text(path, "second", replace=False)
    assert path.read_text() == "first"
    monkeypatch.setattr("pathlib.Path.replace", none)
    with pytest.raises(OSError, match="not supported"):
        write_text(host.output_directory / "y.txt", "second", replace=False)
    assert [p.name for p in host.output_directory.iterdir()] == ["x.txt"]
