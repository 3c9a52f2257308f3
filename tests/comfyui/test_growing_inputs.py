"""None, one or eight reports wired, with gaps."""

import pytest
from growing_cases import SLOTS, check, growing


@pytest.mark.parametrize("name", SLOTS)
def test_growing_reports(server, name):
    entry = server.run(growing(SLOTS[name]))
    assert entry["status"]["status_str"] == "success", entry["status"]
    check(SLOTS[name], server.base / "output")
