from pathlib import Path

import pytest
from canvas_page import CHROMIUM, CanvasPage, frontends, no_browser
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


@pytest.fixture(scope="session", params=frontends(), ids=lambda f: Path(f).parent.parent.name if f else "its frontend")
def canvas_server(install, request, tmp_path_factory):
    """A server for pages; one for each frontend."""
    if not install.has_todays_films:
        pytest.skip(f"the widgets are tried from ComfyUI 0.33.0 on, this is {install.version}")
    more = ["--front-end-root", request.param] if request.param else []
    yield from running(tmp_path_factory.mktemp("canvas"), install, *more)


@pytest.fixture(scope="module")
def browser():
    """Chromium, closed with the module: its event loop would be in the way of other tests'."""
    if no_browser():
        pytest.skip(no_browser())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=[False, True], ids=["LiteGraph", "Nodes 2.0"])
def module_canvas(request, browser, canvas_server):
    """A page, shared by the tests of a file."""
    opened = CanvasPage(browser, canvas_server, nodes_2=request.param)
    yield opened
    opened.close()


@pytest.fixture
def canvas(module_canvas):
    """An empty canvas; at the end nothing of ours may have been said in the console."""
    module_canvas.said.clear()
    module_canvas.empty()
    module_canvas.zoom(1)
    yield module_canvas
    assert module_canvas.said == []
