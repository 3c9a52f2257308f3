"""ComfyUI does not run an unchanged node again: what is delivered, judged or read must be true all the same."""

import json

import numpy as np
import pytest
from films import write_rgb
from gate_cases import node, prompt, report, report_page, text

CORNERS = "150,70 250,70 250,150 150,150"
WRITERS = {"page": "pages/page", "channels": "made/channels", "vfx": "made/vfx", "track": "made/track", "grade": "made/grade",
           "kit": "made/kit"}


def delivery(linked=(), **names):
    """Every node that writes; those in `linked` get their name over a link."""
    names = WRITERS | names
    texts = {f"name_{key}": text(names[key]) for key in linked}
    name = {key: [f"name_{key}", 0] if key in linked else names[key] for key in names}
    return prompt(
        clip=node("LoadImage", image="takes.webp"), verdict=text(report("pass")), **texts,
        tracked=node("RaccordTrackSurface", clip=["clip", 0], corners=CORNERS, reference_frame=0, keyframes="",
                     motion_model="homography", refine=True, surface_index=0),
        matched=node("RaccordMatchReference", images=["clip", 0], reference=["clip", 0], method="gains"),
        rules=node("RaccordBrandKit", palette="#E63C28 primary", banned="", text_zones="", brief="", weights=""),
        page=report_page(name["page"], reports__report0=["verdict", 0], if_exists="replace"),
        channels=node("RaccordChannelExport", clip=["clip", 0], channels="web_hero", folder=name["channels"]),
        vfx=node("RaccordVFXExport", clip=["clip", 0], folder=name["vfx"]),
        track=node("RaccordExportTrack", track=["tracked", 0], formats="json, csv", name=name["track"]),
        grade=node("RaccordSaveGrade", grade=["matched", 1], name=name["grade"], formats="cube, cdl", size="33",
                   if_exists="resume"),
        kit=node("RaccordSaveBrandKit", kit=["rules", 0], name=name["kit"], if_exists="resume"))


def run(server, graph):
    """Ids of the nodes that did not run again."""
    entry = server.run(graph)
    assert entry["status"]["status_str"] == "success", entry["status"]
    return set(next(told["nodes"] for kind, told in entry["status"]["messages"] if kind == "execution_cached"))


def files(server, *under):
    """Bytes of what was delivered, by path."""
    root = server.base / "output"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*"))
            if p.is_file() and p.relative_to(root).parts[0] in under}


def one_of_each(delivered, but="nothing"):
    """For every writer, one file that it delivered."""
    kept = [path for path in delivered if but not in path]
    found = {key: next(path for path in kept if path.startswith(start)) for key, start in WRITERS.items()}
    assert len(set(found.values())) == len(WRITERS)
    return found


@pytest.mark.parametrize("linked", [(), tuple(WRITERS)], ids=["widgets", "links"])
def test_a_deleted_delivery_comes_back(caching, linked):
    graph = delivery(linked)
    run(caching, graph)
    first = files(caching, "pages", "made")
    assert run(caching, graph) >= WRITERS.keys()
    for path in one_of_each(first).values():
        (caching.base / "output" / path).unlink()
    assert not run(caching, graph) & WRITERS.keys()
    assert files(caching, "pages", "made") == first
    assert run(caching, graph) >= WRITERS.keys()


def test_a_deleted_delivery_comes_back_after_a_restart(caching):
    """But for a manifest: without it the package is nobody's to a new process, and the next version follows."""
    graph = delivery()
    run(caching, graph)
    first = files(caching, "pages", "made")
    for path in one_of_each(first, but="manifest").values():
        (caching.base / "output" / path).unlink()
    caching.stop()
    caching.start()
    run(caching, graph)
    assert files(caching, "pages", "made") == first
    assert run(caching, graph) >= WRITERS.keys()


def test_a_delivery_that_was_mended_by_hand_is_left_alone(caching):
    graph = delivery(page="pages/mended")
    run(caching, graph)
    mended = caching.base / "output/pages/mended.html"
    mended.write_text("with a word from the supervisor", encoding="utf-8")
    assert "page" in run(caching, graph)
    assert mended.read_text(encoding="utf-8") == "with a word from the supervisor"


def test_the_file_is_that_of_the_last_run(caching):
    """Two graphs write one name by turns; ComfyUI may still hold what the first one answered."""
    def graph(verdict):
        return prompt(verdict=text(report(verdict)), page=report_page("pages/turns", reports__report0=["verdict", 0]))

    for verdict in ("pass", "fail", "pass", "pass", "fail", "pass"):
        run(caching, graph(verdict))
        assert json.loads(files(caching, "pages")["pages/turns.json"])["verdict"] == verdict


@pytest.mark.parametrize("way", ["folder", "files", "linked folder"])
def test_a_mended_file_is_judged_again(caching, way):
    made, page = f"checked {way}", f"judged/{way}"
    graph = prompt(
        clip=node("LoadImage", image="takes.webp"), folder=text(made),
        channels=node("RaccordChannelExport", clip=["clip", 0], channels="web_hero", folder=made, if_exists="replace"),
        check=node("RaccordPublishCheck", folder={"folder": made, "files": "", "linked folder": ["folder", 0]}[way],
                   files__files0=["channels", 0]),
        page=report_page(page, reports__report0=["check", 1]))

    def verdict():
        return json.loads(files(caching, "judged")[f"{page}.json"])["verdict"]

    run(caching, graph)
    good = verdict()
    assert good in ("pass", "warn")
    assert run(caching, graph) >= {"channels", "check", "page"}
    path, content = next((p, c) for p, c in files(caching, made).items() if p.endswith(".jpg"))
    for spoilt, expected in ((content[:200], "fail"), (content, good)):
        (caching.base / "output" / path).write_bytes(spoilt)
        cached = run(caching, graph)
        assert "channels" in cached
        assert "check" not in cached
        assert verdict() == expected
    assert run(caching, graph) >= {"channels", "check"}


@pytest.mark.parametrize("linked", [False, True], ids=["widget", "link"])
def test_a_film_that_was_replaced_is_read_again(caching, linked):
    name = f"replaced{int(linked)}.mkv"
    path = caching.base / "input" / name
    graph = prompt(
        name=text(name), handed=node("RaccordGate", value=["name", 0], on_fail="block", fail_on="fail"),
        clip=node("RaccordLoadClip", file=["handed", 0] if linked else name, first=0, count=0, colour_space="from file"),
        save=node("RaccordVFXExport", clip=["clip", 0], folder=name[:-4]))
    reads = []
    for grey in (40, 200):
        write_rgb(path, [np.full((48, 64, 3), grey, np.uint8)] * 2)
        reads.append(run(caching, graph))
        assert "clip" in run(caching, graph)
    assert "clip" not in reads[1]
    assert len([p for p in files(caching, name[:-4]) if p.endswith(".exr")]) == 4  # two frames of both


@pytest.mark.parametrize("linked", [False, True], ids=["widget", "link"])
def test_a_look_that_was_edited_is_read_again(caching, linked):
    name = f"look{int(linked)}.cdl"
    path = caching.base / "input" / name
    graph = prompt(
        name=text(name), handed=node("RaccordGate", value=["name", 0], on_fail="block", fail_on="fail"),
        frame=node("LoadImage", image="first.png"),
        grade=node("RaccordLoadGrade", file=["handed", 0] if linked else name),
        page=report_page(f"looks/{name}", reports__report0=["grade", 1]))
    pages = []
    for slope in ("1.1 1 1", "1.0 1 1.25"):
        path.write_text(f"<ColorDecisionList><ColorDecision><ColorCorrection><SOPNode><Slope>{slope}</Slope>"
                        "<Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection></ColorDecision>"
                        "</ColorDecisionList>", encoding="utf-8")
        cached = run(caching, graph)
        assert "grade" not in cached or not pages
        pages.append(cached)
        assert "grade" in run(caching, graph)


@pytest.mark.parametrize(("kind", "name", "graph"), [
    ("profiles", "house", {"judged": node("RaccordContinuityGuard", clip=["clip", 0], previous_edge="continuous",
                                          next_edge="continuous", overlap_frames=0, latent_grid="none", profile="broadcast")}),
    ("plates", "house", {"judged": node("RaccordStampPlate", image=["clip", 0], plate="raccord12",
                                        placement="0.02 0.68 0.3 0.3")}),
])
def test_a_studios_file_that_was_edited_counts(caching, kind, name, graph):
    folder = caching.base / "input" / "raccord" / kind
    folder.mkdir(parents=True, exist_ok=True)
    whole = prompt(clip=node("LoadImage", image="takes.webp"), **graph,
                   page=report_page(f"studio/{kind}", reports__report0=["judged", 4 if kind == "profiles" else 2]))
    run(caching, whole)
    assert "judged" in run(caching, whole)
    (folder / f"{name}.json").write_text("{}", encoding="utf-8")
    cached = run(caching, whole)
    assert "clip" in cached
    assert "judged" not in cached
    assert "judged" in run(caching, whole)
