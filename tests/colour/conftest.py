"""A host that gives files folders, for tests of grades as files."""

import pytest
from raccord.nodes import runtime


class GradeHost:
    def __init__(self, root):
        self.input_directory, self.output_directory = root / "input", root / "output"
        self.library = (root / "studio",)
        for folder in (self.input_directory, self.output_directory, root / "studio/luts"):
            folder.mkdir(parents=True)

    def wrote(self, path):
        pass

    def check_cancelled(self):
        pass

    def show_progress(self, done, total):
        pass


@pytest.fixture
def grade_host(tmp_path):
    host = GradeHost(tmp_path)
    with runtime.surrounded_by(host):
        yield host
