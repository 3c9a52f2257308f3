"""The stand-in knows what ComfyUI knows of our sockets, in ComfyUI's form, and nothing else."""

import asyncio
import json

import comfy_api.v0_0_2 as comfy
import pytest
from comfy_api.v0_0_2 import io
from raccord.nodes.host import api

STANDIN = pytest.mark.skipif(not api.is_standin(), reason="the real comfy_api is here: the stand-in is not in use")


@STANDIN
@pytest.mark.parametrize("name", ["Imagee", "Range", "BoundingBox", "Layers", "Webcam", "HiddenHolder"])
def test_unknown_names_are_refused(name):
    with pytest.raises(AttributeError):
        getattr(io, name)
    with pytest.raises(AttributeError):
        getattr(comfy, name)


@pytest.mark.parametrize(
    "make",
    [
        lambda: io.Int.Input("n", deflt=1),
        lambda: io.Float.Input("n", mini=0),
        lambda: io.Combo.Input("n", choices=["a"]),
        lambda: io.String.Input("n", lines=2),
        lambda: io.Image.Input("n", min=0),
        lambda: io.Image.Output("n", optional=True),
        lambda: io.Schema(node_id="N", output_node=True),
        lambda: io.MultiType.Input("n", [io.Image], kinds=1),
        lambda: io.NodeOutput(1, report="x"),
        lambda: io.Custom("X").Input("n", deflt=1),
        lambda: io.Autogrow.TemplatePrefix(io.Image.Input("n"), prefix="n", most=3),
    ],
)
def test_unknown_keywords_are_refused(make):
    with pytest.raises(TypeError):
        make()


def everything():
    template = io.MatchType.Template("clip", [io.Image, io.Video])
    slots = io.Autogrow.TemplatePrefix(io.String.Input("report", optional=True), prefix="report", min=0, max=3)
    names = io.Autogrow.TemplateNames(io.Int.Input("n", default=2), names=["a", "b"], min=1)
    return io.Schema(
        node_id="Everything",
        display_name="Every Thing",
        category="a/b",
        description="All.",
        search_aliases=["x"],
        is_output_node=True,
        inputs=[
            io.Int.Input("count", default=1, min=0, max=9, step=2, tooltip="How many.", display_mode=io.NumberDisplay.slider),
            io.Float.Input("share", default=0.5, min=0.0, max=1.0, step=0.1, round=0.01, optional=True, advanced=True),
            io.Boolean.Input("on", default=False, label_on="yes", label_off="no"),
            io.String.Input("text", default="", multiline=True, placeholder="words", dynamic_prompts=False),
            io.Combo.Input("kind", options=["a", "b"], default="b", upload=io.UploadType.image),
            io.MatchType.Input("clip", template),
            io.MultiType.Input("any", types=[io.Image, io.Mask], optional=True, lazy=True),
            io.Custom("RACCORD_X").Input("x", optional=True, extra_dict={"note": 1}),
            io.Autogrow.Input("reports", template=slots, optional=True),
            io.Autogrow.Input("named", template=names),
            io.DynamicCombo.Input(
                "mode", options=[io.DynamicCombo.Option("off", []), io.DynamicCombo.Option("on", [io.Mask.Input("m")])]
            ),
        ],
        outputs=[
            io.MatchType.Output(template, display_name="clip"),
            io.MatchType.Output(template, id="again"),
            io.Image.Output(),
            io.Latent.Output("latents", tooltip="Some."),
            io.Audio.Output(),
            io.Tracks.Output(),
            io.ClipVision.Output(),
            io.Combo.Output(display_name="c"),
            io.AnyType.Output("q"),
        ],
    )


def test_node_info_has_comfyuis_form():
    class Everything(io.ComfyNode):
        @classmethod
        def define_schema(cls):
            return everything()

        @classmethod
        def execute(cls, **inputs):
            return io.NodeOutput()

    info = json.loads(json.dumps(Everything.GET_NODE_INFO_V1()))
    # As ComfyUI 0.33.0 prints it.
    assert info["input"]["required"] == {
        "count": ["INT", {"tooltip": "How many.", "default": 1, "min": 0, "max": 9, "step": 2, "display": "slider"}],
        "on": ["BOOLEAN", {"default": False, "label_on": "yes", "label_off": "no"}],
        "text": ["STRING", {"default": "", "multiline": True, "placeholder": "words", "dynamicPrompts": False}],
        "kind": ["COMBO", {"default": "b", "multiselect": False, "options": ["a", "b"], "image_upload": True}],
        "clip": ["COMFY_MATCHTYPE_V3", {"template": {"template_id": "clip", "allowed_types": "IMAGE,VIDEO"}}],
        "named": [
            "COMFY_AUTOGROW_V3",
            {
                "template": {
                    "input": {"required": {"n": ["INT", {"default": 2, "forceInput": True}]}},
                    "names": ["a", "b"],
                    "min": 1,
                }
            },
        ],
        "mode": [
            "COMFY_DYNAMICCOMBO_V3",
            {"options": [{"key": "off", "inputs": {"required": {}}}, {"key": "on", "inputs": {"required": {"m": ["MASK", {}]}}}]},
        ],
    }
    assert info["input"]["optional"] == {
        "share": ["FLOAT", {"advanced": True, "default": 0.5, "min": 0.0, "max": 1.0, "step": 0.1, "round": 0.01}],
        "any": ["IMAGE,MASK", {"lazy": True}],
        "x": ["RACCORD_X", {"note": 1}],
        "reports": [
            "COMFY_AUTOGROW_V3",
            {
                "template": {
                    "input": {"required": {}, "optional": {"report": ["STRING", {"multiline": False, "forceInput": True}]}},
                    "prefix": "report",
                    "min": 0,
                    "max": 3,
                }
            },
        ],
    }
    assert info["input"]["hidden"] == {"prompt": ["PROMPT"], "extra_pnginfo": ["EXTRA_PNGINFO"]}
    assert info["output"] == [
        "COMFY_MATCHTYPE_V3",
        "COMFY_MATCHTYPE_V3",
        "IMAGE",
        "LATENT",
        "AUDIO",
        "TRACKS",
        "CLIP_VISION",
        "COMBO",
        "*",
    ]
    assert info["output_name"] == ["clip", "again", "IMAGE", "latents", "AUDIO", "TRACKS", "CLIP_VISION", "c", "q"]
    assert info["output_matchtypes"][:3] == ["clip", "clip", None]
    assert info["output_tooltips"][3] == "Some."
    assert (info["name"], info["output_node"], info["search_aliases"], info["deprecated"]) == ("Everything", True, ["x"], False)


def test_two_inputs_of_one_name_are_refused():
    with pytest.raises(ValueError, match="unique"):
        io.Schema(node_id="N", inputs=[io.Int.Input("n"), io.Image.Input("n")]).validate()


def test_node_output():
    assert io.NodeOutput().result is None
    assert io.NodeOutput(1, 2).result == (1, 2)
    assert io.NodeOutput(1, ui={"a": [1]})[0] == 1


def test_an_enum_becomes_its_values():
    assert io.Combo.Input("f", options=io.FolderType, default=io.FolderType.temp).as_dict()["options"] == [
        "input",
        "output",
        "temp",
    ]


@STANDIN
def test_an_extension_is_asked_as_comfyui_does():
    assert asyncio.run(comfy.ComfyExtension().on_load()) is None
