"""A graph in which every node with growing reports gets those of some slots, and what must come of it wherever it runs."""

import json

from gate_cases import gate, node, prompt, report, report_page, text

SLOTS = {"none": (), "one": (0,), "one in the middle": (5,), "a gap": (0, 3), "eight": tuple(range(8))}


def growing(slots):
    """The graph: its last report fails, the others pass."""
    texts = {f"text{n}": text(report("fail" if n == slots[-1] else "pass", f"SH{n:03}")) for n in slots}
    wired = {f"reports__report{n}": [f"text{n}", 0] for n in slots}
    return prompt(
        takes=node("LoadImage", image="takes.webp"), **texts,
        rules=node("RaccordBrandKit", palette="#E63C28 primary", banned="", text_zones="", brief="", weights=""),
        gate=gate(["takes", 0], "block", "fail", **wired),
        score=node("RaccordBrandScore", clip=["takes", 0], kit=["rules", 0], parts="continuity", **wired),
        channels=node("RaccordChannelExport", clip=["takes", 0], channels="web_hero", **wired),
        direct=report_page("direct", **wired),
        page=report_page("page", reports__report0=["gate", 1], reports__report2=["score", 2], reports__report7=["channels", 2]))


def check(slots, output):
    """Look at what the graph wrote into `output`."""
    direct, page = (json.loads((output / f"{name}.json").read_text(encoding="utf-8")) for name in ("direct", "page"))
    assert [member["subject"] for member in direct.get("reports", [])] == [f"SH{n:03}" for n in slots]
    assert direct["verdict"] == ("fail" if slots else "not tested")
    by_gate, by_score, by_channels = page["reports"]
    assert by_gate["inputs"]["reports"] == len(slots)
    assert by_gate["metrics"]["gate.open"] is (not slots)
    continuity = [found for found in by_score["findings"] if found["check"].startswith("brand.continuity")]
    assert {found["verdict"] == "not tested" for found in continuity} == {not slots}
    assert len([found for found in by_channels["findings"] if found["check"] == "publish.upstream"]) == bool(slots)
