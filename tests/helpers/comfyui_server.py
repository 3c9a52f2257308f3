"""A real ComfyUI with the pack in it, for the tests marked `comfyui`."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = Path(__file__).with_name("launch_comfyui.py")


def absent():
    """Why no ComfyUI can be started, or nothing."""
    unset = [name for name in ("COMFYUI_PATH", "COMFYUI_PYTHON") if not os.environ.get(name)]
    return f"{' and '.join(unset)} not set: no ComfyUI to start" if unset else ""


class Server:
    """ComfyUI in a base directory of its own, on a free port of this machine."""

    def __init__(self, base):
        self.base = Path(base)
        for name in ("custom_nodes", "input", "output"):
            (self.base / name).mkdir(parents=True)
        (self.base / "custom_nodes" / "comfyui-raccord").symlink_to(ROOT)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = self.base / "log.txt"
        command = [os.environ["COMFYUI_PYTHON"], str(LAUNCH), "--cpu", "--disable-api-nodes", "--cache-none",
                   "--listen", "127.0.0.1", "--port", str(self.port), "--base-directory", str(self.base)]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=self.base)
        self._wait()

    def _wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("ComfyUI did not start:\n" + self.log.read_text()[-3000:])
            try:
                return self.get("/system_stats")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        raise RuntimeError("ComfyUI did not answer:\n" + self.log.read_text()[-3000:])

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return json.loads(answer.read())

    def post(self, path, document):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(document).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        return json.loads(text) if text else {}

    def submit(self, prompt):
        answer = self.post("/prompt", {"prompt": prompt})
        if answer.get("error") or answer.get("node_errors"):
            raise RuntimeError(json.dumps(answer)[:2000])
        return answer["prompt_id"]

    def wait(self, prompt_id, seconds=120):
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
