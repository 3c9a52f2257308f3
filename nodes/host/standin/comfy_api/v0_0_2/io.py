"""Sockets, schemas and node classes, with every keyword spelt out."""

from __future__ import annotations

from ._base import ControlAfterGenerate, FolderType, Input, NumberDisplay, Output, UploadType
from ._growing import Autogrow, DynamicCombo, MatchType, MultiType
from ._node import ComfyNode, Hidden, NodeOutput, Schema
from ._sockets import AnyType, Audio, Boolean, ClipVision, Combo, Custom, Float, Image, Int, Latent, Mask, String, Tracks, Video

__all__ = [
    "AnyType",
    "Audio",
    "Autogrow",
    "Boolean",
    "ClipVision",
    "Combo",
    "ComfyNode",
    "ControlAfterGenerate",
    "Custom",
    "DynamicCombo",
    "Float",
    "FolderType",
    "Hidden",
    "Image",
    "Input",
    "Int",
    "Latent",
    "Mask",
    "MatchType",
    "MultiType",
    "NodeOutput",
    "NumberDisplay",
    "Output",
    "Schema",
    "String",
    "Tracks",
    "UploadType",
    "Video",
]
