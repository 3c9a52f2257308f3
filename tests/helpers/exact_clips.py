"""The same prompt with its films as pictures, which every ComfyUI loads alike."""

import av
from PIL import Image


def with_exact_clips(prompt, folder):
    """A copy of a prompt in which a lossless animation in `folder` takes the place of every film that LoadVideo reads.

    LoadVideo gives 0.19.3's pixels in 0.19.3 and 0.33.0's in 0.33.0, up to a level apart; the embedded host has 0.33.0's. What
    the pack makes of the same frames must be the same in all of them.
    """
    changed = {}
    for key, node in prompt.items():
        changed[key] = node
        if node["class_type"] != "LoadVideo":
            continue
        name = f"{node['inputs']['file']}.webp"
        with av.open(str(folder / node["inputs"]["file"])) as film:
            rate, frames = film.streams.video[0].average_rate, [frame.to_image() for frame in film.decode(video=0)]
        frames[0].save(folder / name, save_all=True, append_images=frames[1:], lossless=True, exact=True, duration=50)
        assert all(a.tobytes() == b.tobytes() for a, b in zip(frames, _frames_of(folder / name), strict=True))
        changed[f"{key}.frames"] = {"class_type": "LoadImage", "inputs": {"image": name}, "_meta": {"title": name}}
        changed[key] = node | {"class_type": "CreateVideo", "inputs": {"images": [f"{key}.frames", 0], "fps": float(rate)}}
    return changed


def _frames_of(path):
    with Image.open(path) as picture:
        for n in range(picture.n_frames):
            picture.seek(n)
            yield picture.convert("RGB")
