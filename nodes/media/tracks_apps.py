"""Track files of After Effects and Fusion.

Each application has its own origin, direction and first frame; they are turned here and nowhere else.
"""

from __future__ import annotations

from .tracks_keys import Keys, number

_AE_PIN = ((0, "Upper Left #2"), (1, "Upper Right #3"), (3, "Lower Left #4"), (2, "Lower Right #5"))
_AE_POWER = ((0, "CC Power Pin-0002"), (1, "CC Power Pin-0003"), (3, "CC Power Pin-0004"), (2, "CC Power Pin-0005"))


def _ae(keys: Keys, effect: str, channels: tuple[tuple[int, str], ...], layer: bool) -> str:
    rate = number(float(keys.track.fps), 6)
    lines = [
        "Adobe After Effects 9.0 Keyframe Data",
        "",
        f"\tUnits Per Second\t{rate}",
        f"\tSource Width\t{keys.size[0]}",
        f"\tSource Height\t{keys.size[1]}",
        f"\tSource Pixel Aspect Ratio\t{number(keys.pixel_aspect)}",
        f"\tComp Pixel Aspect Ratio\t{number(keys.pixel_aspect)}",
        "",
    ]
    lines += ["Layer"] if layer else []
    for corner, name in channels:
        lines += [f"Effects\t{effect} #1\t{name}", "\tFrame\tX pixels\tY pixels\t"]
        lines += [
            f"\t{f}\t{number(c[corner][0])}\t{number(c[corner][1])}\t"
            for f, c in zip(keys.frames, keys.corners, strict=True)
        ]
        lines.append("")
    if not all(keys.visible):  # a key on every frame, so that nothing fades across the ends of a gap
        lines += [
            "Transform\tOpacity",
            "\tFrame\tpercent\t",
            *(f"\t{i}\t{100 * seen}\t" for i, seen in enumerate(keys.visible)),
            "",
        ]
    return "\r\n".join([*lines, "End of Keyframe Data", ""])


def ae_corner_pin(keys: Keys) -> str:
    """After Effects' Corner Pin; frames from 0 of the comp, y down, for a layer of the clip's size."""
    return _ae(keys, "Corner Pin", _AE_PIN, layer=True)


def ae_power_pin(keys: Keys) -> str:
    """After Effects' CC Power Pin, with a header that other importers take too."""
    return _ae(keys, "CC Power Pin", _AE_POWER, layer=False)


_JSX = """// Raccord: selects nothing, changes one layer. Select a layer of the clip's size, then run this script.
(function () {
    var comp = app.project.activeItem;
    if (!(comp instanceof CompItem) || comp.selectedLayers.length !== 1) {
        alert("Select one layer of the clip's size in a composition.");
        return;
    }
    var layer = comp.selectedLayers[0], rate = 1 / comp.frameDuration;
    function at(frames) {
        var times = [];
        for (var i = 0; i < frames.length; i++) { times.push(frames[i] / rate); }
        return times;
    }
    app.beginUndoGroup("Raccord track");
    var pin = layer.property("ADBE Effect Parade").addProperty("ADBE Corner Pin");
%s
    app.endUndoGroup();
})();
"""


def ae_jsx(keys: Keys) -> str:
    """A script for After Effects: Corner Pin on the selected layer; frames from 0 of the comp, y down."""
    frames = ", ".join(map(str, keys.frames))
    lines = [f"    var frames = [{frames}];"] if keys.frames else ["    var frames = [];"]
    for number_of, corner in (("0001", 0), ("0002", 1), ("0003", 3), ("0004", 2)):
        values = ", ".join(f"[{number(c[corner][0])}, {number(c[corner][1])}]" for c in keys.corners)
        if keys.frames:
            lines.append(f'    pin.property("ADBE Corner Pin-{number_of}").setValuesAtTimes(at(frames), [{values}]);')
    if not all(keys.visible):
        every, shown = ", ".join(map(str, range(keys.count))), ", ".join(str(100 * v) for v in keys.visible)
        lines.append('    var opacity = layer.property("ADBE Transform Group").property("ADBE Opacity");')
        lines.append(f"    opacity.setValuesAtTimes(at([{every}]), [{shown}]);")
    return _JSX % "\n".join(lines)


def _spline(name: str, values: list[tuple[int, float]]) -> list[str]:
    keyed = ", ".join(f"[{frame}] = {{ {number(value, 9)}, Flags = {{ Linear = true }} }}" for frame, value in values)
    return [f"\t\t{name} = BezierSpline {{", f"\t\t\tKeyFrames = {{ {keyed} }},", "\t\t},"]


def fusion(keys: Keys) -> str:
    """Fusion's CornerPositioner; 0..1 from the lower left, frames as the shot counts them."""
    names = (("TopLeft", 0), ("TopRight", 1), ("BottomLeft", 3), ("BottomRight", 2))
    inputs = "".join(f' {n} = Input {{ SourceOp = "{keys.label}{n}Path", Source = "Value", }},' for n, _ in names)
    lines = [
        "{",
        "\tTools = ordered() {",
        f"\t\t{keys.label} = CornerPositioner {{",
        f"\t\t\tInputs = {{{inputs} }},",
        "\t\t\tViewInfo = OperatorInfo { Pos = { 0, 0 } },",
        "\t\t},",
    ]
    for name, corner in names:
        own = f"{keys.label}{name}"
        axes = "".join(f' {a} = Input {{ SourceOp = "{own}{a}", Source = "Value", }},' for a in "XY")
        lines += [
            f"\t\t{own}Path = XYPath {{",
            "\t\t\tShowKeyPoints = false,",
            '\t\t\tDrawMode = "ModifyOnly",',
            f"\t\t\tInputs = {{{axes} }},",
            "\t\t},",
        ]
        points = [(keys.start_frame + f, x / keys.size[0], y / keys.size[1]) for f, x, y in keys.up(corner)]
        lines += _spline(f"{own}X", [(f, x) for f, x, _ in points]) + _spline(f"{own}Y", [(f, y) for f, _, y in points])
    lines += [] if all(keys.visible) else _hidden_in_gaps(keys)
    return "\n".join([*lines, "\t},", f'\tActiveTool = "{keys.label}"', "}"]) + "\n"


def _hidden_in_gaps(keys: Keys) -> list[str]:
    """A gain of 0 with alpha behind the pin: the pin's own Blend of 0 would show the picture unpinned, all over the frame."""
    own = f"{keys.label}Visible"
    return [
        f"\t\t{own} = BrightnessContrast {{",
        f'\t\t\tInputs = {{ Alpha = Input {{ Value = 1, }}, Gain = Input {{ SourceOp = "{own}Gain", Source = "Value", }},'
        f' Input = Input {{ SourceOp = "{keys.label}", Source = "Output", }}, }},',
        "\t\t\tViewInfo = OperatorInfo { Pos = { 110, 0 } },",
        "\t\t},",
        *_spline(f"{own}Gain", [(keys.start_frame + i, float(v)) for i, v in enumerate(keys.visible)]),
    ]
