"""Graphs with gates, and what must come of them wherever they run; they need the inputs of `make_inputs`.

A gate shows its sentence, so whether it ran can be seen; what else stands behind a gate writes a file.
"""

from dataclasses import dataclass, field

from raccord.nodes.wires.report import Finding, Report

OPEN = "The gate is open"
SHUT = "The gate is shut (fail), what is behind it does not run. The join jumps. And 1 more."


def report(verdict="fail", subject="SH010"):
    """A report as the STRING on a wire."""
    found = [Finding("seam.velocity", verdict, "The join jumps."), Finding("seam.echo", verdict, "It echoes.")]
    return Report("RaccordContinuityGuard", subject, found).to_json()


def node(kind, **inputs):
    """A node of a prompt; `__` in an input stands for a dot."""
    return {"class_type": kind, "inputs": {name.replace("__", "."): value for name, value in inputs.items()}}


def prompt(**nodes):
    """A prompt whose nodes are titled by their ids."""
    return {key: value | {"_meta": {"title": key}} for key, value in nodes.items()}


def gate(value, on_fail="block", fail_on="fail or refused", **inputs):
    return node("RaccordGate", value=value, on_fail=on_fail, fail_on=fail_on, **inputs)


def text(value):
    return node("PrimitiveStringMultiline", value=value)


@dataclass(frozen=True)
class Case:
    """A graph; which files it writes; what its nodes show (a part of it), all others nothing; the error it ends with."""

    prompt: dict
    files: set
    shown: dict = field(default_factory=dict)
    error: str = ""
    blocked: bool = True


def save(value, name):
    return node("SaveImage", images=value, filename_prefix=name)


def report_page(name, **inputs):
    return node("RaccordSaveReport", name=name, **inputs)


def page(name):
    return {f"{name}.html", f"{name}.json", f"{name}.csv"}


STILL = {"frame": node("LoadImage", image="first.png"), "verdict": text(report())}
FILM = {"film": node("LoadVideo", file="clip.mkv"), "verdict": text(report())}

CASES = {
    "nothing behind it runs": Case(prompt(
        **STILL, gate=gate(["frame", 0], reports__report0=["verdict", 0]),
        save=save(["gate", 0], "behind"), beside=save(["frame", 0], "beside"),
        page=report_page("page", reports__report0=["verdict", 0], pictures__picture0=["gate", 0]),
        told=report_page("told", reports__report0=["gate", 1])),
        {"beside_00001_.png"} | page("told"), {"gate": SHUT}),
    "the check behind it does not run": Case(prompt(
        **STILL, gate=gate(["frame", 0], reports__report0=["verdict", 0]),
        page=report_page("page", pictures__picture0=["gate", 0]), check=node("RaccordPublishCheck", folder="",
                                                                             files__files0=["page", 0]),
        after=report_page("after", reports__report0=["check", 1]), other=report_page("other", reports__report0=["gate", 1])),
        page("other"), {"gate": SHUT}),
    "a gate behind it does not run": Case(prompt(
        **STILL, gate=gate(["frame", 0], reports__report0=["verdict", 0]), second=gate(["gate", 0]),
        save=save(["second", 0], "behind"), told=report_page("told", reports__report0=["second", 1])),
        set(), {"gate": SHUT}),
    "a report from behind it keeps another gate from running": Case(prompt(
        **STILL, gate=gate(["frame", 0], reports__report0=["verdict", 0]), second=gate(["gate", 0]),
        third=gate(["frame", 0], reports__report0=["second", 1]), save=save(["third", 0], "behind")),
        set(), {"gate": SHUT}),
    "a film does not pass": Case(prompt(
        **FILM, gate=gate(["film", 0], reports__report0=["verdict", 0]),
        save=node("SaveVideo", video=["gate", 0], filename_prefix="film", format="mp4", codec="h264"),
        channels=node("RaccordChannelExport", clip=["gate", 0], channels="web_hero"),
        told=report_page("told", reports__report0=["gate", 1])),
        page("told"), {"gate": SHUT}),
    "a film falls back on a film": Case(prompt(
        **FILM, gate=gate(["film", 0], reports__report0=["verdict", 0], fail_on="fail or refused", on_fail="fallback",
                          fallback=["film", 0]),
        parts=node("GetVideoComponents", video=["gate", 0]), one=node("ImageFromBatch", image=["parts", 0], batch_index=0,
                                                                      length=1),
        save=save(["one", 0], "film")), {"film_00001_.png"}, {"gate": "the fallback goes on instead. The join jumps."},
        blocked=False),
    "no report leaves it open": Case(prompt(
        frame=STILL["frame"], gate=gate(["frame", 0]), save=save(["gate", 0], "open")),
        {"open_00001_.png"}, {"gate": f"{OPEN}: no report is wired, so nothing was judged."}, blocked=False),
    "it stops the run": Case(prompt(
        **STILL, gate=gate(["frame", 0], "stop", reports__report0=["verdict", 0]), save=save(["gate", 0], "behind")),
        set(), {}, "The gate is shut (fail), the run stops. The join jumps. And 1 more.", blocked=False),
    "the fallback is not computed while it is open": Case(prompt(
        frame=STILL["frame"], verdict=text(report("warn")), spare=gate(["frame", 0]),
        gate=gate(["frame", 0], "fallback", reports__report0=["verdict", 0], fallback=["spare", 0]),
        save=save(["gate", 0], "open")), {"open_00001_.png"}, {"gate": f"{OPEN}: the worst of 1 report is `warn`."},
        blocked=False),
    "the fallback is computed when it is shut": Case(prompt(
        **STILL, spare=gate(["frame", 0]),
        gate=gate(["frame", 0], "fallback", reports__report0=["verdict", 0], fallback=["spare", 0]),
        save=save(["gate", 0], "shut")), {"shut_00001_.png"}, {"gate": "the fallback goes on instead", "spare": OPEN},
        blocked=False),
    "a fallback over a link that only it needs": Case(prompt(
        **STILL, other=node("LoadImage", image="last.png"),
        gate=gate(["frame", 0], "fallback", reports__report0=["verdict", 0], fallback=["other", 0]),
        save=save(["gate", 0], "shut")), {"shut_00001_.png"}, {"gate": "the fallback goes on instead"}, blocked=False),
}


def tries(first, second):
    """Two tries: the second, its verdict and its gate are only worked out where the first is shut out; then what may go on.

    `taken` hands on the report of the try that was taken, `best` keeps that try whatever it is worth, `last` stops the run.
    """
    return prompt(
        frame=STILL["frame"], verdict=text(report(first, "try 1")), spare=node("LoadImage", image="last.png"),
        again=gate(["spare", 0]), verdict_again=text(report(second, "try 2")),
        gate=gate(["frame", 0], "fallback", reports__report0=["verdict", 0], fallback=["again", 0]),
        taken=gate(["verdict", 0], "fallback", reports__report0=["verdict", 0], fallback=["verdict_again", 0]),
        best=report_page("best", reports__report0=["taken", 0], pictures__picture0=["gate", 0]),
        last=gate(["best", 0], "stop", reports__report0=["taken", 0]),
        told=node("PreviewAny", source=["last", 0]))


CASES |= {
    "a fallback that is not wired blocks": Case(prompt(
        **STILL, gate=gate(["frame", 0], "fallback", reports__report0=["verdict", 0]), save=save(["gate", 0], "behind")),
        set(), {"gate": "no fallback is wired"}),
    "a fallback that is blocked blocks": Case(prompt(
        **STILL, gate=gate(["frame", 0], reports__report0=["verdict", 0]),
        other=gate(["frame", 0], "fallback", reports__report0=["verdict", 0], fallback=["gate", 0]),
        save=save(["other", 0], "behind")), set(), {"gate": SHUT}),
    "a text passes": Case(prompt(
        words=text("a line"), verdict=text(report("warn")), gate=gate(["words", 0], reports__report0=["verdict", 0]),
        seen=node("PreviewAny", source=["gate", 0])), set(), {"gate": OPEN, "seen": "a line"}, blocked=False),
    "a text does not pass": Case(prompt(
        words=text("a line"), verdict=text(report()), gate=gate(["words", 0], reports__report0=["verdict", 0]),
        seen=node("PreviewAny", source=["gate", 0])), set(), {"gate": SHUT}),
    "warnings shut it where they are told to": Case(prompt(
        frame=STILL["frame"], good=text(report("pass")), verdict=text(report("warn")),
        gate=gate(["frame", 0], fail_on="warn or worse", reports__report0=["good", 0], reports__report1=["verdict", 0]),
        save=save(["gate", 0], "behind")),
        set(), {"gate": "The gate is shut (warn), what is behind it does not run. The join jumps."}),
    "no second try where the first holds": Case(
        tries("pass", "fail"), page("best"),
        {"gate": OPEN, "taken": OPEN, "last": OPEN, "told": "best.html"}, blocked=False),
    "a second try where the first fails": Case(
        tries("fail", "pass"), page("best"),
        {"gate": "the fallback goes on instead", "again": OPEN, "taken": "the fallback goes on instead", "last": OPEN,
         "told": "best.html"}, blocked=False),
    "the best is kept, then the run stops": Case(
        tries("fail", "fail"), page("best"),
        {"gate": "the fallback goes on instead", "again": OPEN, "taken": "the fallback goes on instead"},
        "The gate is shut (fail), the run stops. The join jumps. And 1 more.", blocked=False),
}
for count, slots in {"eight": range(8), "gaps": (0, 3, 7)}.items():
    wired = {f"reports__report{slot}": [f"text{slot}", 0] for slot in slots}
    texts = {f"text{slot}": text(report("fail" if slot == slots[-1] else "pass")) for slot in slots}
    CASES[f"{count} reports"] = Case(prompt(
        frame=STILL["frame"], **texts, gate=gate(["frame", 0], **wired), save=save(["gate", 0], "behind"),
        page=report_page("page", **wired)), page("page"), {"gate": SHUT})
