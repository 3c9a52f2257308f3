"""The help pages: one a node, with their sections and picture, and no name or number in them that the code does not know."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from raccord.nodes.brand import banned, clutter, coverage, logo_use, look, palette, zones
from raccord.nodes.brand.fit import PARTS
from raccord.nodes.brand.hashes import MATCH_BITS
from raccord.nodes.colour import solve
from raccord.nodes.delivery import check_still, film_findings, verify
from raccord.nodes.delivery.channels import NAMES
from raccord.nodes.host.registry import object_info, our_ids
from raccord.nodes.media import grades
from raccord.nodes.media.tracks import NAMES as TRACK_FORMATS
from raccord.nodes.tracking.markers import patterns
from raccord.nodes.tracking.track import findings, gaps
from raccord.nodes.wires.kit import SCORES
from raccord.nodes.wires.report import VERDICTS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "web" / "docs"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
SECTIONS = ["Wire it", "Inputs that matter", "Verdicts", "What to do next", "Limits", "Related"]
EDGES = json.loads((ROOT / "nodes" / "continuity" / "broadcast.json").read_text(encoding="utf-8"))["limits"]
BAD = {"warn": r"\bwarn", "fail": r"\bfail", "refused": r"\brefused", "not tested": r"\bnot tested"}  # as answers begin
FORM = re.compile(r"[#:=,/{}<>%~()]|^\.|^v\d")  # what is typed or a file's ending: no name of ours


@cache
def said_by_nodes():
    """Words that stand on nodes: inputs, outputs and choices, and display names by themselves."""
    words, titles, info = set(), set(), object_info()
    for name in info:
        schema = info[name]
        words.update(schema["output_name"])
        if name in our_ids():
            titles.add(schema["display_name"])
        for group in schema["input"].values():
            for key, (kind, *more) in group.items():
                words.add(key)
                options = kind if isinstance(kind, list) else more[0].get("options", []) if more else []
                words.update(o for o in options if isinstance(o, str))
    return words, titles


@cache
def said_by_code():
    """String constants of the nodes, and the forms of those that are put together, as expressions over lower-case words."""
    constants, forms = set(), set()
    for path in ROOT.glob("nodes/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"([a-z_]+)" for p in node.values]
                if parts[0] != "([a-z_]+)" and "." in parts[0]:
                    forms.add(re.compile("".join(parts)))
    return constants, forms


def is_check(token):
    constants, forms = said_by_code()
    if token in constants or token in EDGES:
        return True
    found = (form.fullmatch(token) for form in forms)
    return any(all(word in constants for word in match.groups()) for match in found if match)


def is_known(token):
    words, _ = said_by_nodes()
    named = {*words, *VERDICTS, *TRACK_FORMATS, *grades.FORMATS, *NAMES, *SCORES, *PARTS, "tracked", "occluded", "out", "lost"}
    return token in named or ("." in token and is_check(token))


def reports(node):
    return "report" in object_info()[node]["output_name"]


def checks_of(job):
    """Names of checks that the findings of a job are given, as they stand in its code."""
    for path in ROOT.glob(f"nodes/{job}/**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
                check = call.args[0]
                if isinstance(check, ast.Constant):
                    yield check.value


@pytest.mark.parametrize("job", ["shot", "tracking", "colour", "continuity", "brand", "delivery"])
def test_every_check_that_a_report_can_name_is_told_in_a_page(job):
    told = set(re.findall(r"`[^`\n]+`", "".join(page.split("## Verdicts")[1] for page in PAGES.values())))
    named = set(checks_of(job)) - {"gate"}
    assert len(named) > 5
    assert sorted(check for check in named if not {f"`{check}`", f"`{check.split('.')[-1]}`"} & told) == []


def test_every_node_has_a_page_and_no_page_is_left_over():
    assert set(PAGES) == set(our_ids())


@pytest.mark.parametrize("node", PAGES)
class TestPage:
    def test_begins_with_the_name_that_stands_on_the_node(self, node):
        assert PAGES[node].splitlines()[0] == f"# {object_info()[node]['display_name']}"

    def test_has_its_sections_in_order(self, node):
        assert re.findall(r"^## (.+)$", PAGES[node], re.MULTILINE) == SECTIONS

    def test_shows_its_picture_by_a_relative_link(self, node):
        links = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", PAGES[node])
        widget = [f"{node}.widget.jpg"] if (DOCS / f"{node}.widget.jpg").exists() else []
        assert [link for _, link in links] == [f"{node}.jpg", *widget]
        assert all(len(said) > 20 for said, _ in links), "the picture is said in words for those who do not see it"
        with Image.open(DOCS / f"{node}.jpg") as picture:
            assert 400 <= picture.width <= 960
            assert picture.height <= 1.5 * picture.width
        assert all((DOCS / link).stat().st_size <= 60_000 for _, link in links)

    def test_the_widget_on_the_node_is_shown(self, node):
        assert (DOCS / f"{node}.widget.jpg").exists() == reports(node), "what reports has a panel; editors stand on such nodes"

    def test_says_what_a_verdict_means_and_what_to_do_about_each_that_is_bad(self, node):
        verdicts, after = (PAGES[node].split(f"## {title}")[1].split("\n## ")[0] for title in ("Verdicts", "What to do next"))
        given = {verdict for verdict in VERDICTS if f"**{verdict}**" in verdicts}
        if reports(node):
            assert "pass" in given
            assert len(given) > 1 or node == "RaccordLoadGrade", "it stops the run where it cannot read"
        answered = " ".join(sentence.split(":")[0] for sentence in re.split(r"[.;] |\n- ", after) if ":" in sentence).lower()
        assert [verdict for verdict in given & BAD.keys() if not re.search(BAD[verdict], answered)] == []

    def test_names_only_what_there_is(self, node):
        prose = re.sub(r"```.*?```", "", PAGES[node], flags=re.DOTALL)
        tokens = {t for t in re.findall(r"`([^`\n]+)`", prose) if not FORM.search(t)}
        assert sorted(t for t in tokens if not is_known(t)) == []

    def test_relates_to_nodes_that_there_are(self, node):
        related = PAGES[node].split("## Related")[1].strip().split(" · ")
        assert set(related) <= said_by_nodes()[1] - {object_info()[node]["display_name"]}

    def test_is_read_in_a_narrow_panel(self, node):
        assert "|---" not in PAGES[node], "a table does not fit the panel"
        assert 30 <= len(PAGES[node].splitlines()) <= 80
        assert all(len(line) < 700 for line in PAGES[node].splitlines())


LIMITS = {
    "RaccordStampMarkers": [min(patterns.SMALLEST_KEPT.values())],
    "RaccordTrackSurface": [findings.LOOP_LIMIT, findings.LOOP_FAIL, findings.RESIDUAL_LIMIT, findings.SIGMA_LIMIT, gaps.HOLD],
    "RaccordNormalizeToPlate": [solve.DOUBT, solve.REFUSE],
    "RaccordBrandScore": [palette.LIMIT, coverage.LIMIT, banned.LIMIT_AREA, clutter.LIMIT, look.LIMIT,
                          zones.RATIO, zones.RATIO_LARGE, 100 * logo_use.DISTORTION, logo_use.COLOUR_DELTA_E, logo_use.CONTRAST,
                          MATCH_BITS],
    "RaccordChannelExport": [film_findings._ENLARGED, verify.LIMIT_DRIFT],
    "RaccordPublishCheck": [check_still._DRIFT, verify.LIMIT_DRIFT],
    "RaccordContinuityGuard": [EDGES[check][side] for check in EDGES for side in ("warn", "fail")
                               if check not in ("seam.sharpness", "seam.grain", "seam.residual", "seam.repeat", "seam.cut",
                                                "integrity.black")],
}


@pytest.mark.parametrize("node", LIMITS)
def test_limits_in_a_page_are_those_of_the_code(node):
    said = PAGES[node].split("## Verdicts")[1].split("## Related")[0]
    numbers = {float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", said)}
    assert sorted({float(v) for v in LIMITS[node]} - numbers) == []


def test_all_that_is_served_stays_small():
    assert sum(p.stat().st_size for p in (ROOT / "web").rglob("*") if p.is_file()) < 2_700_000
