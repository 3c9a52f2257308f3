import pytest
from comfyui_server import Server, absent
from inputs import make_inputs


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/comfyui/" in item.path.as_posix():
            item.add_marker(pytest.mark.comfyui)
            if absent():
                item.add_marker(pytest.mark.skip(reason=absent()))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("comfyui"))
    make_inputs(running.base / "input")
    yield running
    running.stop()
