"""ComfyUI shows the words that `raccord nodes --json` prints."""

from raccord.nodes.host import registry

NODE = ("display_name", "description", "category", "search_aliases", "output_name", "output_tooltips")
INPUT = ("tooltip", "placeholder", "default", "min", "max", "step", "multiline")


def words(node):
    """What people read of a node, and the order in which it stands."""
    inputs = [(need, name, kind, {word: more.get(word) for word in INPUT})
              for need in ("required", "optional") for name, (kind, more) in node["input"].get(need, {}).items()]
    return {part: node[part] for part in NODE}, inputs


def test_words_are_those_of_the_command(server):
    there = server.get("/object_info")
    for name, node in registry.object_info().items():
        if name in registry.our_ids():
            assert words(there[name]) == words(node)
