"""A studio's folder with one file of each kind, drawn here, and a workflow that uses all of them."""

import json

import torch
from pictures import grey_exr
from raccord.nodes.brand.build import build_kit
from raccord.nodes.brand.kit_file import kit_to_bytes

CUBE = "TITLE half\nLUT_3D_SIZE 2\n" + "".join(f"{r / 2} {g / 2} {b / 2}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
PLATE = {"rows": 1, "columns": 2, "patches": [{"name": "white", "srgb8": [240, 240, 240], "role": "grey"},
                                              {"name": "red", "srgb8": [200, 30, 40]}]}
KINDS = {"luts": ".cube", "plates": ".json", "channels": ".json", "profiles": ".json", "kits": ".safetensors"}


def fill(folder, name="house", lut=CUBE):
    """Write `name` of each kind under `folder`."""
    contents = {"luts": lut.encode(), "plates": json.dumps(PLATE).encode(),
                "kits": kit_to_bytes(build_kit("#E63C28 primary 40%", "", None, None, "", "")),
                "channels": json.dumps({"extends": "web_hero", "widths": [64], "title": "House wall"}).encode(),
                "profiles": json.dumps({"extends": "draft", "limits": {"integrity.flicker": {"warn": 5, "fail": 9}}}).encode()}
    for kind, suffix in KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{name}{suffix}").write_bytes(contents[kind])


def spoil(folder, name="broken"):
    """Write a file of each kind that is not what it should be."""
    for kind, suffix in KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{name}{suffix}").write_bytes(b"{\xff not what it should be")


def plates(folder, numbers=range(1001, 1005)):
    """An EXR sequence `plates/sh010.####.exr` of 0.25 in linear light."""
    for number in numbers:
        grey_exr(folder / "plates" / f"sh010.{number}.exr", 0.25, height=48, width=64, colorInteropID="lin_rec709_scene")


def node(kind, title, **inputs):
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": title}}


def prompt(name="house", clip="plates/sh010.####.exr"):
    """A workflow whose every menu names a studio's file."""
    return {
        "1": node("RaccordLoadClip", "Clip", file=clip, first=0, count=0, colour_space="from file"),
        "2": node("RaccordLoadGrade", "Look", file=f"{name}.cube"),
        "3": node("RaccordApplyGrade", "Graded", images=["1", 0], grade=["2", 0], strength=1.0),
        "4": node("RaccordStampPlate", "Plate", image=["3", 0], plate=name, placement="0.1 0.1 0.8 0.8"),
        "5": node("RaccordContinuityGuard", "Guard", clip=["4", 0], previous_edge="continuous", next_edge="continuous",
                  overlap_frames=0, latent_grid="none", profile=name),
        "6": node("RaccordLoadBrandKit", "Kit", name=name),
        "7": node("RaccordBrandScore", "Score", clip=["4", 0], kit=["6", 0]),
        "8": node("RaccordChannelExport", "Channels", clip=["3", 0], channels=name, shot=["1", 3]),
        "9": node("RaccordSaveReport", "Report", name="report", if_exists="replace",
                  **{f"reports.report{i}": [n, o] for i, (n, o) in enumerate((("1", 4), ("2", 1), ("5", 4), ("6", 1), ("7", 2),
                                                                              ("8", 2)))}),
    }


MENUS = {"RaccordLoadGrade": "file", "RaccordStampPlate": "plate", "RaccordNormalizeToPlate": "plate",
         "RaccordLoadBrandKit": "name", "RaccordContinuityGuard": "profile", "RaccordLoadClip": "file"}


def menus(info):
    """Options of the menus that list files, from `/object_info`."""
    out = {}
    for kind, name in MENUS.items():
        inputs = info[kind]["input"]
        spec = (inputs.get("required", {}) | inputs.get("optional", {}))[name]
        out[kind] = spec[1]["options"] if spec[0] == "COMBO" else spec[0]
    return out


def graded_grey():
    """What 0.25 of linear light is, encoded and halved by the look."""
    return float((1.055 * torch.tensor(0.25) ** (1 / 2.4) - 0.055) / 2)
