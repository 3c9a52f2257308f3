"""Gates in ComfyUI: nothing behind a shut one runs, and the history says why, also where nothing had to run again."""

import shutil

import pytest
from gate_cases import CASES, SHUT, gate, node, prompt, report, save, text


def written(server):
    """Files under the output directory, which is emptied for the next."""
    root = server.base / "output"
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    shutil.rmtree(root)
    root.mkdir()
    return found


def shown(entry):
    """What nodes show as text."""
    return {key: "".join(out["text"]) for key, out in entry["outputs"].items() if "text" in out}


def said(entry):
    """The sentence of the error that ended a run, or nothing."""
    errors = [told for kind, told in entry["status"]["messages"] if kind == "execution_error"]
    return errors[0]["exception_message"].strip() if errors else ""


@pytest.mark.parametrize("name", CASES)
def test_gate(server, name):
    case = CASES[name]
    written(server)
    entry = server.run(case.prompt)
    assert said(entry) == case.error
    assert entry["status"]["status_str"] == ("error" if case.error else "success")
    texts = shown(entry)
    assert texts.keys() == case.shown.keys()
    assert all(part in texts[key] for key, part in case.shown.items()), texts
    assert written(server) == case.files


def wires(verdict):
    """Gates on wires that only core's own nodes make: a latent, and a list, which goes through piece by piece."""
    return prompt(
        verdict=text(report(verdict)), latent=node("EmptyLatentImage", width=64, height=64, batch_size=1),
        gate=gate(["latent", 0], reports__report0=["verdict", 0]),
        kept=node("SaveLatent", samples=["gate", 0], filename_prefix="latents/take"),
        takes=node("LoadImage", image="takes.webp"), each=node("RebatchImages", images=["takes", 0], batch_size=1),
        pieces=gate(["each", 0], reports__report0=["verdict", 0]), save=save(["pieces", 0], "piece"))


def test_latents_and_lists_pass_as_they_are(server):
    written(server)
    entry = server.run(wires("pass"))
    assert entry["status"]["status_str"] == "success"
    assert written(server) == {"latents/take_00001_.latent", *(f"piece_{i:05}_.png" for i in (1, 2, 3))}


def test_latents_and_lists_do_not_pass(server):
    written(server)
    entry = server.run(wires("fail"))
    assert set(entry["outputs"]) == {"gate", "pieces"}
    assert entry["outputs"]["gate"]["text"] == [SHUT]
    assert set(entry["outputs"]["pieces"]["text"]) == {SHUT}
    assert written(server) == set()


def test_a_stopped_run_says_where_and_why(server):
    """What a render farm reads: the entry's status, the node that stopped it and the sentence."""
    case = CASES["it stops the run"]
    entry = server.run(case.prompt)
    (told,) = (told for kind, told in entry["status"]["messages"] if kind == "execution_error")
    assert entry["status"]["completed"] is False
    assert (told["node_id"], told["node_type"], told["exception_type"]) == ("gate", "RaccordGate", "ValueError")
    assert told["exception_message"].strip() == case.error


@pytest.mark.parametrize("name", ["nothing behind it runs", "a film does not pass", "eight reports", "no report leaves it open",
                                  "the fallback is computed when it is shut"])
def test_the_sentence_is_there_when_nothing_runs_again(caching, name):
    """For a client that says its id: without one 0.19.3 tells nothing of any cached node, core's own included."""
    case = CASES[name]
    first, again = caching.run(case.prompt), caching.run(case.prompt)
    (cached,) = (told["nodes"] for kind, told in again["status"]["messages"] if kind == "execution_cached")
    assert "gate" in cached
    assert shown(again) == shown(first)
    assert all(part in shown(again)[key] for key, part in case.shown.items())
