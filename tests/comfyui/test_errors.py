"""What a client is told when an input is wrong: before the run by node and input, in the run by our own sentence, whole."""

import pytest
from gate_cases import node, prompt, report_page, text

IMAGE = node("LoadImage", image="first.png")


def refused(server, graph):
    """(node, input, type) of everything that is wrong with a prompt."""
    answer = server.post("/prompt", {"prompt": graph})
    assert answer["error"]["type"] == "prompt_outputs_failed_validation"
    return {(key, error["extra_info"].get("input_name"), error["type"])
            for key, one in answer["node_errors"].items() for error in one["errors"]}


@pytest.mark.parametrize(("changes", "name", "kind"), [
    ({"plate": "no such plate"}, "plate", "value_not_in_list"),
    ({"image": ["words", 0]}, "image", "return_type_mismatch"),
    ({"placement": ["picture", 0]}, "placement", "return_type_mismatch"),
])
def test_an_invalid_input_is_named(server, changes, name, kind):
    stamp = {"image": ["picture", 0], "plate": "raccord12", "placement": "0.02 0.68 0.3 0.3"} | changes
    graph = prompt(picture=IMAGE, words=text("hello"), stamp=node("RaccordStampPlate", **stamp),
                   save=node("SaveImage", images=["stamp", 0], filename_prefix="stamped"))
    assert refused(server, graph) == {("stamp", name, kind)}


@pytest.mark.parametrize(("value", "kind"), [(0, "value_smaller_than_min"), (10**6, "value_bigger_than_max"),
                                             ("many", "invalid_input_type")])
def test_a_number_out_of_range_is_named(server, value, kind):
    rules = node("RaccordBrandKit", palette="#E63C28", banned="", text_zones="", brief="", weights="")
    graph = prompt(picture=IMAGE, rules=rules, score=node("RaccordBrandScore", clip=["picture", 0], kit=["rules", 0]),
                   best=node("RaccordShortlist", images=["picture", 0], scores=["score", 0], count=value),
                   save=node("SaveImage", images=["best", 0], filename_prefix="best"))
    assert refused(server, graph) == {("best", "count", kind)}


def test_a_missing_input_is_named(server):
    assert refused(server, prompt(page=node("RaccordSaveReport"))) == {("page", "name", "required_input_missing")}


def test_a_film_that_is_not_there_is_named(server):
    graph = prompt(clip=node("RaccordLoadClip", file="gone.mkv", first=0, count=0, colour_space="from file"),
                   save=node("SaveImage", images=["clip", 0], filename_prefix="clip"))
    answer = server.post("/prompt", {"prompt": graph})
    (error,) = answer["node_errors"]["clip"]["errors"]
    assert error["type"] == "custom_validation_failed"
    assert "gone.mkv" in error["details"]


BANNED = "#E63C28\n#12345"
SENTENCES = {
    "a report that is none": prompt(words=text("hello"), page=report_page("none", reports__report0=["words", 0])),
    "a name that leaves the folder": prompt(page=report_page("../up")),
    "a colour that is none": prompt(
        rules=node("RaccordBrandKit", palette="#E63C28", banned=BANNED, text_zones="", brief="", weights=""),
        save=node("RaccordSaveBrandKit", kit=["rules", 0], name="kits/none", if_exists="resume")),
    "a channel that is unknown": prompt(
        picture=IMAGE, export=node("RaccordChannelExport", clip=["picture", 0], channels="cinema")),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_our_sentence_arrives_whole(server, tmp_path, name):
    """The words of the embedded host, with the node that says them; nothing is written."""
    from raccord.nodes.host import run_workflow

    entry = server.run(SENTENCES[name])
    assert entry["status"]["status_str"] == "error"
    (told,) = [told for kind, told in entry["status"]["messages"] if kind == "execution_error"]
    here = run_workflow(SENTENCES[name], server.base / "input", tmp_path)
    assert told["exception_message"].strip() == here.error.message
    assert "expected " in here.error.message
    assert told["node_id"] == here.error.node
    assert not list((server.base / "output").rglob("*none*"))
    assert here.files == []
