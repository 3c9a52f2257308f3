"""What is to be delivered, and what was."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from ..media.captions import Captions
from ..media.certificates import Certificate
from ..media.xmp import Rights
from ..wires.kit import Kit
from ..wires.report import Finding
from ..wires.shot import Shot
from .channels import Channel

_NAMING = "{show}_{shot}_{channel}_v{version}"


@dataclass(frozen=True, slots=True)
class Order:
    """What to deliver and how; see the node's inputs. `verdict` is that of the reports, `workflow` goes beside the files."""

    channels: list[Channel]
    shot: Shot
    rights: Rights
    folder: str = "delivery"
    fit: str = "crop"
    budget_kb: int = 0
    hero_frame: int = 0
    if_exists: str = "resume"
    audio: dict | None = None
    mask: torch.Tensor | None = None
    captions: Captions | None = None
    certificate: Certificate | None = None
    kit: Kit | None = None
    verdict: str = ""
    workflow: str = ""

    def stem(self, channel: Channel, version: int) -> str:
        """Beginning of the names of a channel's files, and name of their folder: the template's `naming`, or ours."""
        words = {"show": self.shot.show, "shot": self.shot.shot, "take": f"{self.shot.take:02d}", "channel": channel.id,
                 "version": f"{version:03d}"}
        return str(channel.get("naming", _NAMING)).format(**words)


@dataclass(slots=True)
class Delivery:
    """What was written: paths relative to the output directory, metrics rows, findings and pictures of the files."""

    files: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
