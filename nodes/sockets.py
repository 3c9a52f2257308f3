"""The types of Raccord's wires, as ComfyUI knows them."""

from comfy_api.v0_0_2 import io

Shot = io.Custom("RACCORD_SHOT")
Surfaces = io.Custom("RACCORD_SURFACES")
Markers = io.Custom("RACCORD_MARKERS")
Track = io.Custom("RACCORD_TRACK")
Grade = io.Custom("RACCORD_GRADE")
Plate = io.Custom("RACCORD_PLATE")
Kit = io.Custom("RACCORD_KIT")
Scores = io.Custom("RACCORD_SCORES")


def read_clip(id: str = "clip", **keywords) -> io.MultiType.Input:
    """Socket of a node that only reads frames: an IMAGE batch or a VIDEO, streamed."""
    return io.MultiType.Input(id, types=[io.Image, io.Video], **keywords)


def clip_template() -> io.MatchType.Template:
    """Template of a node that hands its clip on: VIDEO stays VIDEO, IMAGE stays IMAGE."""
    return io.MatchType.Template("clip", [io.Image, io.Video])


def report(id: str | None = None) -> io.String.Output:
    """Socket that gives a node's report."""
    return io.String.Output(id, display_name="report", tooltip=(
        "Verdict with numbers, places and advice, as JSON: for Save Report, Gate on Reports or Preview as Text."))


def files() -> io.String.Output:
    """Socket that gives the paths of what a node wrote."""
    return io.String.Output(display_name="files", tooltip=(
        "What was written, one path a line, relative to the output folder: for Publish Check."))


def if_exists(default: str = "resume", *, optional: bool = True) -> io.Combo.Input:
    """Widget that says what becomes of files that are there already."""
    return io.Combo.Input("if_exists", options=["resume", "replace", "refuse"], default=default, optional=optional, tooltip=(
        "Files that are there already. resume: what is complete from the same inputs stays, other inputs get the next version "
        "(_v002). replace: written over. refuse: the run stops with an error."))


def growing(id: str, socket: type, prefix: str, *, most: int = 16, tooltip: str = "") -> io.Autogrow.Input:
    """Optional slots `id.prefix0`, `id.prefix1`, …; none wired is an answer. `execute` takes a dict of what is wired, or None."""
    template = io.Autogrow.TemplatePrefix(socket.Input(prefix, optional=True), prefix=prefix, min=0, max=most)
    return io.Autogrow.Input(id, template=template, optional=True, tooltip=tooltip)


def numbered(slots: dict | None) -> dict:
    """Values of growing slots by slot number, gaps left out."""
    return {int("".join(filter(str.isdigit, name)) or 0): value for name, value in (slots or {}).items() if value is not None}


def grown(slots: dict | None) -> list:
    """Values of growing slots in slot order, gaps left out."""
    return [value for _, value in sorted(numbered(slots).items())]
