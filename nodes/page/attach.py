"""Lets every node that reports tell the page: the one place where a report becomes a node's `ui`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

KEY = "raccord"


def on_page(kind: type) -> type:
    """Class of a node that also tells the page what it reports, if it has an output `report`.

    A subclass, so that what the host clones and locks is one plain class whose `execute` is wrapped once. The host tells its
    `ui` even where nothing of it runs again, as that of output nodes.
    """

    def define_schema(cls: Any) -> Any:
        schema = kind.define_schema.__func__(cls)  # type: ignore[attr-defined]
        if "report" in (one.display_name for one in schema.outputs):
            schema.has_intermediate_output = not schema.is_output_node
        return schema

    @functools.wraps(kind.execute.__func__)  # type: ignore[attr-defined]
    def execute(cls: Any, *values: Any, **inputs: Any) -> Any:
        output = kind.execute.__func__(cls, *values, **inputs)  # type: ignore[attr-defined]
        given = dict(zip(_outputs(kind), output.args, strict=True))
        if "report" in given:
            output.ui = _told(inputs, given, output.ui)
        return output

    own = {"__module__": kind.__module__, "__doc__": kind.__doc__, "__qualname__": kind.__qualname__}
    return type(kind.__name__, (kind,), own | {"define_schema": classmethod(define_schema), "execute": classmethod(execute)})


@functools.cache
def _outputs(kind: Any) -> list[str]:
    return [one.display_name or one.id for one in kind.define_schema().outputs]


def _told(inputs: Mapping[str, Any], given: Mapping[str, Any], ui: Any) -> dict[str, Any]:
    """What the node shows anyway, and its report."""
    from .. import runtime
    from ..wires.report import parse_report
    from .form import compact
    from .shown import pictures_of

    shown = {} if ui is None else dict(ui if isinstance(ui, Mapping) else ui.as_dict())
    form = compact(parse_report(given["report"]), given.get("files") or "")
    pictures = pictures_of(inputs, given, form, previewed="images" in shown) if runtime.has_page() else {}
    return shown | {KEY: [form | ({"pictures": pictures} if pictures else {})]}
