import pytest
from comfyui_server import Server, absent, installs
from inputs import make_inputs


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/comfyui/" in item.path.as_posix():
            item.add_marker(pytest.mark.comfyui)
            if absent():
                item.add_marker(pytest.mark.skip(reason=absent()))


@pytest.fixture(scope="session", params=installs() or [None], ids=lambda i: f"ComfyUI {i.version}" if i else "no ComfyUI")
def install(request):
    return request.param


def running(folder, install, *more):
    """A server with inputs, stopped at the end."""
    started = Server(folder, install, *more)
    make_inputs(started.base / "input")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def server(install, tmp_path_factory):
    """Runs every node of every prompt."""
    yield from running(tmp_path_factory.mktemp("comfyui"), install, "--cache-none")


@pytest.fixture(scope="session")
def caching(install, tmp_path_factory):
    """Keeps what did not change, as ComfyUI does unless it is told otherwise."""
    yield from running(tmp_path_factory.mktemp("caching"), install)
