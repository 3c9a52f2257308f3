import csv
import html.parser
import io
import itertools
import json
import re

import pytest
import torch
from raccord.nodes.delivery.answers import save_report
from raccord.nodes.delivery.card import draw_card
from raccord.nodes.delivery.jobs import count_words, frames_words, job_of, number_words, title_of
from raccord.nodes.delivery.page import render_page
from raccord.nodes.delivery.page_parts import curve, picture_data
from raccord.nodes.delivery.page_style import CSS
from raccord.nodes.image.draw import COLOURS
from raccord.nodes.wires.report import Finding, Report

EVIL = '<script>alert("x")</script>&`<b>`'


def report(node="RaccordContinuityGuard", *findings, **more):
    return Report(node, more.pop("subject", "SH010 take 3"), findings, **more).to_dict()


GUARD = report("RaccordContinuityGuard", Finding("seam.colour", "pass", "The colours meet.", value=0.4, unit="ΔE"),
               Finding("seam.velocity", "fail", "Motion is 1.9 times faster after the join.", value=1.92, unit="ratio",
                       limit=1.35,
                       frames=[48, 49], suggestion="Retime the second clip to 0.52."),
               series={"seam.velocity": [1.0, None, 1.2, 1.9]})
CHECK = report("RaccordPublishCheck", Finding("publish.shape", "warn", EVIL, file=EVIL, suggestion=EVIL), subject=EVIL,
               metrics={EVIL: EVIL}, inputs={"a": [EVIL]})


class Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.stack, self.tags, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br", "line", "polyline"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("line", "polyline"):
            assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(page):
    parser = Parser()
    parser.feed(page)
    assert parser.stack == []
    return parser


def test_the_page_is_well_formed_and_needs_nothing_but_itself():
    page = render_page([GUARD, CHECK], {0: torch.rand(1, 40, 60, 3), 1: torch.rand(9, 8, 8, 4), 7: torch.rand(1, 5, 5, 3)},
                       "shot")
    parser = parsed(page)
    assert not re.search(r"""src=["']https?:|<link|@import|url\(|<script""", page)
    pictures = [a["src"] for tag, a in parser.tags if tag == "img"]
    assert len(pictures) == 1 + 6 + 1
    assert all(src.startswith("data:image/") for src in pictures)


def test_the_verdict_comes_first_in_words_and_the_worst_finding_with_it():
    text = parsed(render_page([CHECK, GUARD], {}, "shot")).text
    assert text.index("Not ready") < text.index("Motion is 1.9 times faster") < text.index("Continuity")
    assert "frames 48–49" in text
    assert "limit 1.35" in text
    assert "Retime the second clip to 0.52." in text
    assert "1 check passes" in text


def test_everything_is_escaped():
    page = render_page([CHECK], {}, EVIL)
    assert "<script" not in page
    assert "<b>" not in page
    assert EVIL.replace("`", "") in parsed(page).text.replace("`", "")


def test_no_report_is_not_tested():
    assert "Not tested" in render_page([], {}, "empty")


def test_the_card_of_nothing_and_of_more_pictures_than_reports():
    assert draw_card("no shot", [], {}).shape[-1] == 3
    tall = draw_card("SH010", [GUARD], {0: torch.rand(3, 20, 30, 3), 1: torch.rand(1, 50, 20, 4)})
    assert tall.shape[1] > draw_card("SH010", [GUARD], {}).shape[1] + 200


def test_files_json_and_table(place):
    texts = {"report0": json.dumps(GUARD), "report2": json.dumps(CHECK), "report1": ""}
    files, merged, card = save_report("reports/shot", texts, {"picture2": torch.rand(1, 20, 20, 3)}, "replace")
    assert files == ["reports/shot.html", "reports/shot.json", "reports/shot.csv"]
    assert files == sorted(place.files(), key=files.index)
    assert merged.verdict == "fail"
    saved = json.loads((place.output_directory / files[1]).read_text(encoding="utf-8"))
    assert (saved["schema"], saved["node"], saved["verdict"]) == ("raccord.report/1", "RaccordSaveReport", "fail")
    assert [r["node"] for r in saved["reports"]] == ["RaccordContinuityGuard", "RaccordPublishCheck"]
    page = (place.output_directory / files[0]).read_text(encoding="utf-8")
    assert page.index("Publish check") < page.index("data:image/")  # the picture of slot 2 is the check's
    rows = list(csv.DictReader(io.StringIO((place.output_directory / files[2]).read_text(encoding="utf-8"))))
    assert [r["check"] for r in rows] == ["seam.velocity", "seam.colour", "publish.shape"]
    assert rows[0]["frames"] == "48 49"
    assert card.shape[2] == 960
    assert (card[0, 2, 5] * 255).round().tolist() == list(COLOURS["fail"])  # the bar on top says the verdict
    before = page
    save_report("reports/shot", texts, {"picture2": torch.zeros(1, 20, 20, 3)}, "replace")
    assert (place.output_directory / files[0]).read_text(encoding="utf-8") != before
    with pytest.raises(ValueError, match="expected a report"):
        save_report("x", {"report0": "hello"}, {}, "replace")


def test_what_is_ready_and_the_files_stand_in_tables():
    table = [{"file": "a<b>.mp4", "state": "not ready", "why": "Too heavy.", "not_tested": ["publish.colour"]}]
    page = render_page([report("RaccordPublishCheck", metrics={"publish.table": table}),
                        report("RaccordChannelExport",
                               metrics={"files": [{"path": "x.jpg", "bytes": 12345, "sha256": "ab" * 32}]})],
                       {}, "r")
    text = parsed(page).text
    assert "a<b>.mp4" in text
    assert "Too heavy. Not tested: colour." in text
    assert "12 345" in text
    assert "ab" * 32 in text
    assert page.count('<details class="printed">') == 2  # both are on paper too, the lists of what passes are not


def test_the_page_is_valid_html():
    html5lib = pytest.importorskip("html5lib")
    page = render_page([GUARD, CHECK], {0: torch.rand(1, 40, 60, 3)}, "shot")
    strict = html5lib.HTMLParser(strict=True)
    strict.parse(page)
    assert not strict.errors
    parser = parsed(page)
    heads = [int(tag[1]) for tag, _ in parser.tags if tag in ("h1", "h2", "h3")]
    assert heads[0] == heads.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(heads))
    assert all(attrs.get("alt") for tag, attrs in parser.tags if tag == "img")
    names = [attrs["id"] for _, attrs in parser.tags if "id" in attrs]
    assert len(names) == len(set(names))


def test_every_colour_of_the_page_can_be_read():
    def light(code):
        values = (int(code[i:i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    inks = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", CSS))
    for name in ("ink", "soft", "pass", "warn", "fail", "refused", "none"):
        for ground in ("#ffffff", inks["shade"]):
            assert (light(ground) + 0.05) / (light(inks[name]) + 0.05) >= 4.5, (name, ground)


def test_pictures_stay_light():
    data = picture_data(torch.rand(1200, 2400, 3, generator=torch.Generator().manual_seed(0)))
    assert len(data) * 3 / 4 < 400_000  # pure noise is the worst there is
    smooth = torch.nn.functional.interpolate(torch.rand(1, 3, 30, 60), (1200, 2400), mode="bicubic")[0].movedim(0, -1).clamp(0, 1)
    assert len(picture_data(smooth)) * 3 / 4 < 150_100


def test_words():
    assert job_of("RaccordTrackSurface") == "Tracking"
    assert job_of("Other") == "Other"
    assert title_of("RaccordVFXExport") == "VFX export"
    assert title_of("RaccordTrackSurface") == "Track surface"
    assert frames_words({"frames": [3, 4, 5, 9]}) == "frames 3–5, 9"
    assert frames_words({"frames": [0, 47], "range": True}) == "frames 0–47"
    assert frames_words({"frames": [7]}) == "frame 7"
    assert number_words(12345) == "12 345"
    assert number_words(1.23456) == "1.235"
    assert count_words([{"verdict": "fail"}, {"verdict": "pass"}, {"verdict": "pass"}]) == "1 fails, 2 pass"
    assert curve("a", [None, None]) == ""
    assert curve("a", [1.0]).count("polyline") == 1
