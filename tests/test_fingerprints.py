"""ComfyUI asks a node before it runs whether something outside the graph has changed: it must answer whatever is known yet."""

import pytest
from raccord.nodes import runtime
from raccord.nodes.host.registry import node_kinds, our_ids
from raccord.nodes.host.validate import overridden

ASKED = [name for name in our_ids() if overridden(node_kinds()[name], "fingerprint_inputs")]


def test_who_is_asked():
    """All that write, all that load, and those that take a studio's plate, profile or channel by name."""
    kinds = {name: node_kinds()[name].GET_SCHEMA() for name in our_ids()}
    assert {name for name, schema in kinds.items() if schema.is_output_node or name.startswith("RaccordLoad")} <= set(ASKED)
    by_name = {name for name, schema in kinds.items() for one in schema.inputs if one.id in ("plate", "profile", "channels")
               and one.get_io_type() in ("COMBO", "STRING")}
    assert by_name <= set(ASKED)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("how", ["nothing given", "everything linked", "defaults"])
def test_the_answer_is_steady(name, how, tmp_path, monkeypatch):
    """Links give None; files of the defaults are not there: the run says so, not this."""
    monkeypatch.setattr(runtime, "input_directory", lambda: tmp_path)
    kind = node_kinds()[name]
    given = {one.id: None if how == "everything linked" else getattr(one, "default", None) for one in kind.GET_SCHEMA().inputs}
    given = {} if how == "nothing given" else given
    first = kind.fingerprint_inputs(**given)
    assert isinstance(first, (str, int))
    assert kind.fingerprint_inputs(**given) == first
