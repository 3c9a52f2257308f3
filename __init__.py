"""Raccord: a studio's continuity, matchmove, grading, brand and delivery habits as ComfyUI nodes."""

WEB_DIRECTORY = "./web"


async def comfy_entrypoint():
    """Give ComfyUI the pack; nothing is imported before it asks."""
    from .nodes.extension import RaccordExtension

    return RaccordExtension()
