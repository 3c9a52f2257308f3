"""Raccord: a studio's continuity, matchmove, grading, brand and delivery habits as ComfyUI nodes."""

WEB_DIRECTORY = "./web"


async def comfy_entrypoint():
    from .nodes.extension import RaccordExtension

    return RaccordExtension()
