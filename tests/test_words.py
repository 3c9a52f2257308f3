"""What people read on the nodes: a tooltip on every input that says what it must say, and the same facts in French."""

import json
import re
from pathlib import Path

import pytest
from raccord.nodes.host import registry

LOCALES = Path(__file__).resolve().parents[1] / "locales"
OURS = registry.our_ids()
INFO = {name: node for name, node in registry.object_info().items() if name in OURS}
FRENCH = json.loads((LOCALES / "fr" / "nodeDefs.json").read_text(encoding="utf-8"))
GROWING = "COMFY_AUTOGROW_V3"
LONGEST = 300
UNIT = re.compile(r"\b(pixels?|px|frames|kilobytes|share|number|times|0 to 1)\b", re.IGNORECASE)
DIRECTION = re.compile(r"\b(more|larger|fewer|less|later)\b", re.IGNORECASE)
FILES = {("RaccordLoadClip", "file"), ("RaccordLoadGrade", "file"), ("RaccordLoadBrandKit", "name"),
         ("RaccordLoadTrack", "file")}  # menus of folders
THEMSELVES = {("RaccordInjectDefect", "defect")}  # words that say what they are
NAMES = {"plate", "profile"}  # menus of names, the studio's among them: no language
SAME_NAME = {"images", "image", "clip", "audio", "kit", "logo", "palette", "brief", "formats", "version", "placement", "surface",
             "latents", "argument", "verdict", "source", "mode", "visible", "mezzanine"}
SAME_CHOICE = {"flash", "saturation", "zoom", "grain", "transport", "gains", "strict", "ACEScg", "ACES2065-1", "Rec.709",
               "Rec.601", "Rec.2020", "DNxHR HQX", "ProRes 422 HQ", "ProRes 4444", "wan 4n+1", "ltx 8n+1", "h3 17k+5"}


def inputs_of(node):
    """Name, type, options and need of every input."""
    return [(name, kind, more, need) for need in ("required", "optional")
            for name, (kind, more) in INFO[node]["input"].get(need, {}).items()]


INPUTS = [(node, *given) for node in INFO for given in inputs_of(node)]
each_node = pytest.mark.parametrize("node", INFO)


def each(wanted):
    """Run a test for every input that is `wanted`."""
    chosen = [given for given in INPUTS if wanted(*given)]
    return pytest.mark.parametrize(("node", "name", "kind", "more", "need"), chosen, ids=[f"{g[0]}.{g[1]}" for g in chosen])


def key(text):
    """How the canvas writes an id or a choice as part of a key."""
    return text.replace(".", "_")


def menu_of(node, name, kind, more):
    """Choices that are ours to explain, not names of files."""
    return more["options"] if kind == "COMBO" and (node, name) not in FILES else []


def is_wire(kind):
    return kind not in ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO")


def slots_of(name, kind, more):
    """Key of the one slot that a growing input shows before anything is wired."""
    return [f"{key(name)}_{more['template']['prefix']}0"] if kind == GROWING else []


@each(lambda *_: True)
def test_a_tooltip_is_a_short_sentence(node, name, kind, more, need):
    tooltip = more.get("tooltip", "")
    assert 20 <= len(tooltip) <= LONGEST
    assert tooltip.endswith(".")
    assert tooltip.count("`") % 2 == 0


@each(lambda node, name, kind, *_: kind in ("INT", "FLOAT"))
def test_a_number_says_its_unit_and_what_more_of_it_does(node, name, kind, more, need):
    assert UNIT.search(more["tooltip"])
    assert DIRECTION.search(more["tooltip"])


@each(lambda node, name, kind, more, need: menu_of(node, name, kind, more) and (node, name) not in THEMSELVES)
def test_a_menu_says_what_each_choice_is(node, name, kind, more, need):
    choices = menu_of(node, name, kind, more)
    assert not [c for c in choices if not re.search(rf"(?<!\w){re.escape(c)}(?!\w)", more["tooltip"])]


@each(lambda node, name, kind, *_: kind == "STRING")
def test_a_text_shows_an_example(node, name, kind, more, need):
    assert re.search(r"`[^`]+`", more["tooltip"])
    if more["default"] == "":
        assert re.search(r"Empty: |or empty, ", more["tooltip"])


@each(lambda node, name, kind, more, need: need == "optional" and is_wire(kind))
def test_an_optional_wire_says_what_happens_without_it(node, name, kind, more, need):
    assert re.search(r"(Unwired|None wired): ", more["tooltip"])


@each_node
def test_a_node_says_what_it_answers(node):
    assert re.fullmatch(r"[A-Z].{38,}\.", INFO[node]["description"], re.S)
    assert all(tooltip and tooltip.endswith(".") for tooltip in INFO[node]["output_tooltips"])


@each_node
def test_a_node_is_found_by_other_words(node):
    title, aliases = INFO[node]["display_name"].lower(), [a.lower() for a in INFO[node]["search_aliases"]]
    assert len(set(aliases)) == len(aliases) >= 3
    assert not [a for a in aliases if a in title], "the display name is searched anyway"


def test_display_names_are_each_its_own():
    names = [node["display_name"] for node in INFO.values()]
    assert len(set(names)) == len(names)


def test_growing_inputs_have_a_tooltip_on_the_canvas():
    wanted = {node: {"inputs": {slot: {"tooltip": more["tooltip"]} for own, name, kind, more, _ in INPUTS if own == node
                                for slot in slots_of(name, kind, more)}} for node in INFO}
    english = json.loads((LOCALES / "en" / "nodeDefs.json").read_text(encoding="utf-8"))
    assert english == {node: words for node, words in wanted.items() if words["inputs"]}


def test_french_has_every_node():
    assert list(FRENCH) == list(INFO)


@each_node
def test_french_has_every_word_and_none_too_many(node):
    words = FRENCH[node]
    assert set(words) == {"display_name", "description", "inputs", "outputs"}
    given = inputs_of(node)
    slots = [slot for name, kind, more, _ in given for slot in slots_of(name, kind, more)]
    assert set(words["inputs"]) == {*(key(name) for name, *_ in given), *slots}
    for name, kind, more, _ in given:
        menu = [] if name in NAMES else [c for c in menu_of(node, name, kind, more) if not c.isdigit()]
        assert set(words["inputs"][key(name)].get("options", {})) == {key(c) for c in menu}
        assert all(words["inputs"][slot] == {"tooltip": words["inputs"][key(name)]["tooltip"]}
                   for slot in slots_of(name, kind, more))
    assert list(words["outputs"]) == [str(i) for i in range(len(INFO[node]["output"]))]
    assert all(set(words["outputs"][n]) == {"name", "tooltip"} for n in words["outputs"])


def pairs(node):
    """English and French of every text of a node, with its kind."""
    info, words = INFO[node], FRENCH[node]
    yield "name", info["display_name"], words["display_name"]
    yield "text", info["description"], words["description"]
    for name, _, more, _ in inputs_of(node):
        there = words["inputs"][key(name)]
        yield "name", name, there["name"]
        yield "text", more["tooltip"], there["tooltip"]
        choices = there.get("options", {})
        yield from (("choice", c, choices[key(c)]) for c in more.get("options", ()) if key(c) in choices)
    for i, (name, tooltip) in enumerate(zip(info["output_name"], info["output_tooltips"], strict=True)):
        yield "name", name, words["outputs"][str(i)]["name"]
        yield "text", tooltip, words["outputs"][str(i)]["tooltip"]


@each_node
def test_french_is_french(node):
    allowed = {"name": SAME_NAME, "choice": SAME_CHOICE, "text": set()}
    assert not [english for kind, english, french in pairs(node)
                if english.lower() == french.lower() and english not in allowed[kind]]


@each_node
def test_french_says_the_same_numbers_and_examples(node):
    inputs = {name for name, *_ in inputs_of(node)}  # French texts call them as the canvas does

    def facts(text):
        spelt = re.findall(r"[a-z]+_[a-z0-9_]+|\.[a-z]{2,}\b|\d+(?:[.:/]\d+)*", re.sub(r"`[^`]*`", "", text))
        examples = {re.sub(r"[^\d#%~]", "", example) for example in re.findall(r"`[^`]*`", text)} - {""}
        return sorted(word for word in spelt if word not in inputs), examples

    for kind, english, french in pairs(node):
        if kind == "text":
            assert facts(english) == facts(french)


@each_node
def test_french_is_set_as_french_is(node):
    for kind, _, french in pairs(node):
        outside = re.sub(r"`[^`]*`", "x", french)
        assert not re.search(r"(?<![\u00a0\d]):|(?<!\u00a0)[;!?»]|«(?!\u00a0)|'|  ", outside), french
        assert outside.count("«") == outside.count("»")
        if kind == "text":
            assert french.endswith(".")
            assert len(french) <= 1.4 * LONGEST


@each_node
def test_names_hold_nothing_that_the_canvas_reads_as_a_command(node):
    read = [french for kind, _, french in pairs(node) if kind != "text"] + [FRENCH[node]["description"]]
    assert not [text for text in read if re.search(r"[{}@|]", text)]


def test_categories_are_french():
    words = json.loads((LOCALES / "fr" / "main.json").read_text(encoding="utf-8"))["nodeCategories"]
    assert set(words) == {part for node in INFO.values() for part in node["category"].split("/")}
    assert all(words.values())
