"""The core nodes that our workflows use, with ComfyUI 0.33's names, inputs and pixels."""

from .loaders import LoadImage, LoadVideo
from .savers import PreviewImage, SaveImage, SaveVideo
from .video import CreateVideo, GetVideoComponents, ImageFromBatch
from .words import PreviewAny, PrimitiveBoolean, PrimitiveFloat, PrimitiveInt, PrimitiveString, PrimitiveStringMultiline

CORE_NODES = (
    LoadImage, LoadVideo, GetVideoComponents, CreateVideo, ImageFromBatch, SaveImage, SaveVideo, PreviewImage, PreviewAny,
    PrimitiveInt, PrimitiveFloat, PrimitiveString, PrimitiveStringMultiline, PrimitiveBoolean,
)
