"""A real ComfyUI with the pack in it, for the tests marked `comfyui`.

COMFYUI_PATH names a checkout and COMFYUI_PYTHON its interpreter; several are separated as in PATH, and every test runs in each.
"""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = Path(__file__).with_name("launch_comfyui.py")


def absent():
    """Why no ComfyUI can be started, or nothing."""
    unset = [name for name in ("COMFYUI_PATH", "COMFYUI_PYTHON") if not os.environ.get(name)]
    return f"{' and '.join(unset)} not set: no ComfyUI to start" if unset else ""


@dataclass(frozen=True)
class Install:
    """A checkout of ComfyUI, and the interpreter that runs it."""

    path: Path
    python: str

    @property
    def version(self):
        """As ComfyUI says it, such as 0.33.0."""
        return re.search(r'__version__ = "(.+)"', (self.path / "comfyui_version.py").read_text(encoding="utf-8"))[1]


    @property
    def has_todays_films(self):
        """Whether core's LoadVideo and SaveVideo give the pixels of 0.33.0, as the embedded host's do."""
        return tuple(map(int, self.version.split("."))) >= (0, 33)


def installs():
    """Every ComfyUI that the environment names."""
    if absent():
        return []
    paths, pythons = (os.environ[name].split(os.pathsep) for name in ("COMFYUI_PATH", "COMFYUI_PYTHON"))
    return [Install(Path(path), python) for path, python in zip(paths, pythons, strict=True)]


class Server:
    """ComfyUI in a base directory of its own, on a free port of this machine; `more` goes to its command line."""

    def __init__(self, base, install, *more, pack=ROOT):
        self.base, self.install = Path(base), install
        for name in ("custom_nodes", "input", "output"):
            (self.base / name).mkdir(parents=True)
        (self.base / "custom_nodes" / "comfyui-raccord").symlink_to(pack)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = self.base / "log.txt"
        self.command = [install.python, "-W", "default", str(LAUNCH), "--cpu", "--disable-api-nodes", "--listen", "127.0.0.1",
                        "--port", str(self.port), "--base-directory", str(self.base), *more]
        self.log.touch()
        self.start()

    def start(self):
        """Start, or start again after `stop`."""
        with self.log.open("a") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=subprocess.STDOUT, cwd=self.base,
                                            env=os.environ | {"COMFYUI_PATH": str(self.install.path)})
        self._wait()

    @property
    def said(self):
        """Lines that the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()

    def _wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("ComfyUI did not start:\n" + self.log.read_text()[-3000:])
            try:
                return self.get("/system_stats")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        raise RuntimeError("ComfyUI did not answer:\n" + self.log.read_text()[-3000:])

    def read(self, path):
        """Bytes that the server answers to GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            raise RuntimeError(f"expected an answer to GET {path}, got {error.code}") from None

    def get(self, path):
        """JSON that the server answers to GET."""
        return json.loads(self.read(path))

    def post(self, path, document):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(document).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        return json.loads(text) if text else {}

    def run(self, prompt):
        """Run a prompt; its history entry."""
        return self.wait(self.submit(prompt))

    def submit(self, prompt):
        answer = self.post("/prompt", {"prompt": prompt, "client_id": "render box"})
        if answer.get("error") or answer.get("node_errors"):
            raise RuntimeError(json.dumps(answer)[:2000])
        return answer["prompt_id"]

    def wait(self, prompt_id, seconds=300):
        """History entry of a finished prompt."""
        for _ in range(seconds * 10):
            history = self.get(f"/history/{prompt_id}")
            if prompt_id in history and history[prompt_id]["status"]["status_str"] in ("success", "error"):
                return history[prompt_id]
            time.sleep(0.1)
        raise RuntimeError("the prompt did not end:\n" + self.log.read_text()[-2000:])

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
