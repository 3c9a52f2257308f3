"""What ships: the registry's archive is small, holds nothing that its scan refuses, and works where it is unpacked."""

import re
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Substrings, as a scanner sees them: docstrings and comments count too.
REFUSED = {
    "starts programs": r"subprocess|os\.(system|popen|exec|spawn|fork)|\bpopen\b|pty\.spawn",
    "reads the environment": r"os\.environ|\bgetenv\b|\bputenv\b",
    "talks to the network": r"urllib|\brequests\.|import requests|http\.client|httpx|aiohttp|ftplib|smtplib|import socket\b|"
                            r"\bsocket\.(socket|create|AF_)|\.connect\(|\.bind\(|XMLHttpRequest|WebSocket\(|fetch\(\s*['\"`](https?:)?//|sendBeacon",
    "opens a database": r"sqlite|psycopg|pymysql|mysql\.connector",
    "runs text as code": r"(?<![\w.])(eval|exec|compile)\s*\(|__import__|new Function\(",
    "loads code by other ways": r"importlib|imp\.load_|runpy|pkgutil|ctypes|cffi|\bmarshal\b",
    "reads pickles": r"pickle|\bdill\b|(?<!safetensors\.)\btorch\.load\(|joblib",
    "signs or hides": r"import cryptography|from cryptography|base64\.b64decode\(\s*['\"]|\bzlib\.decompress\(\s*b['\"]",
}


def patterns(name):
    """Lines of an ignore file that say something."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def ignored(path, rules):
    """Whether a path is left out: a rule is one name, with stars; a slash after it means a folder, before it the root's."""
    for rule in rules:
        places = path.parts[:-1] if rule.endswith("/") else path.parts
        if any(fnmatch(part, rule.strip("/")) for part in (places[:1] if rule.startswith("/") else places)):
            return True
    return False


def shipped():
    """Files of the archive, relative: what git would keep, without what .comfyignore names."""
    rules = [*patterns(".gitignore"), *patterns(".comfyignore"), ".git/"]
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path for path in found if not ignored(path, rules))


SHIPPED = shipped()


def test_the_ignore_files_need_no_more_than_the_matcher_knows():
    assert [rule for name in (".gitignore", ".comfyignore") for rule in patterns(name)
            if rule.startswith("!") or "/" in rule[1:-1]] == []


def test_what_ships_and_what_does_not():
    names = {path.as_posix() for path in SHIPPED}
    assert names >= {"__init__.py", "pyproject.toml", "requirements.txt", "LICENSE", "README.md", "nodes/extension.py",
                     "nodes/media/plate_raccord12.json", "workflows/api/finish_shot.json", "web/docs/RaccordGate.md",
                     "web/docs/RaccordGate.jpg", "locales/fr/nodeDefs.json"}
    assert {path.parts[0] for path in SHIPPED if len(path.parts) > 1} <= {"nodes", "web", "locales", "workflows"}


@pytest.mark.parametrize("kind", REFUSED)
def test_the_registrys_scan_finds_nothing(kind):
    found = []
    for path in SHIPPED:
        if path.suffix in (".py", ".js", ".mjs", ".html"):
            lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
            found += [f"{path}:{n}: {line.strip()[:100]}" for n, line in enumerate(lines, 1) if re.search(REFUSED[kind], line)]
    assert found == []


@pytest.mark.parametrize(("kind", "line"), [
    ("starts programs", "import subprocess"), ("talks to the network", "element.on('x', f.bind(this))"),
    ("runs text as code", "value = eval(text)"), ("loads code by other ways", "import importlib.util"),
    ("reads pickles", "torch.load(path)"), ("reads the environment", 'os.environ["A"]'),
])
def test_the_scan_finds_what_it_looks_for(kind, line):
    assert re.search(REFUSED[kind], line)
    assert not re.search(REFUSED["runs text as code"], "re.compile(r'x')")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "node.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in SHIPPED:
            made.write(ROOT / name, name)
    return path


def test_the_archive_is_small(archive):
    assert archive.stat().st_size < 5_000_000


LOAD = """
import asyncio, importlib.util, sys
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(folder.replace(".", "_x_"), folder + "/__init__.py",
                                              submodule_search_locations=[folder])
pack = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = pack
spec.loader.exec_module(pack)
sys.path.append(folder + "/nodes/host/standin")
extension = asyncio.run(pack.comfy_entrypoint())
for node in asyncio.run(extension.get_node_list()):
    print(node.GET_SCHEMA().node_id)
assert not [name for name in sys.modules if name.split(".")[0] == "raccord"], "it leans on another copy"
"""


def test_it_works_where_it_is_unpacked(archive, tmp_path):
    """Loaded as ComfyUI does it, from a folder with another name, with nothing of this tree in reach."""
    from raccord.nodes.host.registry import our_ids

    folder = tmp_path / "custom_nodes" / "raccord@0.1.0"
    zipfile.ZipFile(archive).extractall(folder)
    done = subprocess.run([sys.executable, "-c", LOAD, str(folder)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == our_ids()
    assert done.stderr == ""


def test_a_workflow_runs_where_it_is_unpacked(archive, tmp_path):
    """As `python raccord run`, the folder's name being the package's."""
    from inputs import make_inputs

    zipfile.ZipFile(archive).extractall(tmp_path / "raccord")
    make_inputs(tmp_path / "input")
    done = subprocess.run(
        [sys.executable, "-m", "raccord", "run", str(tmp_path / "raccord/workflows/api/prepare_frame.json"), "--input-directory",
         "input", "--output-directory", "output"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in (tmp_path / "output").rglob("*.*")] == [".png"]
