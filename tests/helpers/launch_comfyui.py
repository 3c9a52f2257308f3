"""Run the ComfyUI checkout at $COMFYUI_PATH on a CPU-only torch; arguments go to its main.py.

The CPU wheel of torch has no matching torchvision operators, and ComfyUI imports them at start: two are declared here, unused.
"""

import importlib.machinery
import importlib.util
import os
import runpy
import sys
import types

import torch

library = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
if importlib.util.find_spec("torchaudio") is None:
    for name in ("torchaudio", "torchaudio.functional", "torchaudio.transforms"):
        module = sys.modules[name] = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        if "." in name:
            setattr(sys.modules["torchaudio"], name.rpartition(".")[2], module)

checkout = os.environ["COMFYUI_PATH"]
os.chdir(checkout)
sys.path.insert(0, checkout)
sys.argv[0] = os.path.join(checkout, "main.py")
runpy.run_path(sys.argv[0], run_name="__main__")
