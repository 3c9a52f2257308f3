"""The largest and the longest: every node that takes frames, on 8K and on 2,000 frames.

    python tests/bench/extremes.py [8k|long|tiny] [NODE ...]

8k: two frames of 7680×4320 (0.8 GB); long: 2,000 of 320×180 (1.4 GB); tiny: 2,000 of 64×36. Each node runs in a process of its
own and prints seconds of the wall and of the processor, and the most memory above what it was given. On a busy machine set
OMP_NUM_THREADS=1 and read the processor's seconds. Brand Score takes 2,000 takes one by one: minutes.
"""

import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
SHAPES = {"8k": (2, 4320, 7680), "long": (2000, 180, 320), "tiny": (2000, 36, 64)}
ONE_PICTURE = ("RaccordAddLogo",)


def resident():
    line = next(row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def pan(count, height, width):
    """A textured wall that drifts a pixel a frame."""
    import torch
    import torch.nn.functional as F

    coarse = torch.rand(1, 3, height // 6 + 2, width // 6 + 40, generator=torch.Generator().manual_seed(3))
    wall = F.interpolate(coarse, scale_factor=6, mode="bicubic").clamp(0, 1)[0].movedim(0, -1)
    out = torch.empty(count, height, width, 3)
    for i in range(count):
        out[i] = wall[:height, i % 200:i % 200 + width]
    return out


def measure(shape, node, name, answer):
    """Call a node on a clip of that shape and put what it took into `answer`."""
    from node_calls import Place, call, fitting, furnish
    from raccord.nodes import runtime

    clip = pan(*shape)[:1 if node in ONE_PICTURE else None]
    place = Place(Path(tempfile.mkdtemp(prefix="extremes-")))
    with runtime.surrounded_by(place):
        furnish(place)
        given = fitting(node, name, clip) | {name: clip}
        before, most, on = resident(), [0.0], [True]

        def watch():
            while on[0]:
                most[0] = max(most[0], resident())
                time.sleep(0.02)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        start, work = time.perf_counter(), time.process_time()
        try:
            values, said = call(node, **given), ""
        except ValueError as error:
            values, said = (), str(error)
        wall, work = time.perf_counter() - start, time.process_time() - work
        on[0] = False
        watcher.join()
    out = sum(v.numel() * v.element_size() for v in values if hasattr(v, "element_size") and v is not clip) / 2**20
    answer.put((wall, work, max(most[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) - before, out, said))


def main(arguments):
    from node_calls import PICTURES, kinds, sockets
    from raccord.nodes.host import api

    api.provide()
    chosen = [a for a in arguments if a in SHAPES] or list(SHAPES)
    names = [a for a in arguments if a not in SHAPES]
    context = multiprocessing.get_context("spawn")
    for size in chosen:
        for node in kinds():
            name = next((n for n, s in sockets(node).items() if s.get_io_type() in PICTURES), None)
            if name is None or (names and node not in names):
                continue
            answer = context.Queue()
            process = context.Process(target=run, args=(SHAPES[size], node, name, answer))
            process.start()
            process.join()
            if answer.empty():
                print(f"{size:5} {node:24} ended with code {process.exitcode}", flush=True)
                continue
            wall, work, peak, out, said = answer.get()
            print(f"{size:5} {node:24} {wall:7.1f} s wall {work:7.1f} s work {peak:7.0f} MiB, outputs {out:5.0f} MiB {said}",
                  flush=True)


def run(*given):
    """What a process starts with."""
    from raccord.nodes.host import api

    api.provide()
    measure(*given)


if __name__ == "__main__":
    main(sys.argv[1:])
