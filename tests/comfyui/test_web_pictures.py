"""Which picture the editors show: of films a frame that is chosen, of what the browser cannot read what the last run left."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from web_pointing import numbers, pull

FRAMES, RATE = 40, Fraction(25)


@pytest.fixture(scope="module")
def inputs(canvas_server):
    """A film whose frames are told by their grey, a picture of another kind, in the input folder."""
    av = pytest.importorskip("av")
    folder = canvas_server.base / "input"
    with av.open(str(folder / "greys.mp4"), "w") as out:
        stream = out.add_stream("h264", rate=RATE, options={"crf": "8", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 20 + 5 * number, np.uint8), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    Image.new("RGB", (200, 100), "#4060A0").save(folder / "plain.tif")
    return folder


def shown(page):
    """Mean grey of what the video shows."""
    return page.evaluate("""() => {
        const video = document.querySelector('.rc-quad video'), canvas = document.createElement('canvas');
        canvas.width = canvas.height = 8;
        canvas.getContext('2d').drawImage(video, 0, 0, 8, 8);
        return canvas.getContext('2d').getImageData(0, 0, 8, 8).data[0];
    }""")


def frame_of(page):
    """Number of the film's frame that is shown, told by its grey."""
    page.wait_for_timeout(400)
    return round((shown(page) - 20) / 5)


def test_the_reference_frame_of_a_film_is_chosen_and_shown(canvas, inputs):
    film, parts = canvas.add("LoadVideo", (40, 40), file="greys.mp4"), canvas.add("GetVideoComponents", (40, 300))
    track = canvas.add("RaccordTrackSurface", (400, 40))
    canvas.wire(film, 0, parts, "video")
    canvas.wire(parts, 0, track, "clip")
    page, editor = canvas.page, canvas.page.locator(".rc-quad")
    editor.locator("video").wait_for()
    slider = editor.get_by_label("Frame on which the corners lie")
    slider.wait_for()
    assert editor.locator("video").evaluate("v => [v.videoWidth, v.videoHeight]") == [320, 180]
    assert "of 0–39" in editor.inner_text()
    assert frame_of(page) == 0
    canvas.type(track, "reference_frame", 13)
    assert frame_of(page) == 13
    canvas.type(track, "reference_frame", -1)
    assert frame_of(page) == FRAMES - 1
    slider.focus()
    slider.press("ArrowLeft")
    canvas.settle()
    assert frame_of(page) == FRAMES - 2
    assert canvas.prompt()[str(track)]["inputs"]["reference_frame"] == FRAMES - 2
    pull(canvas, editor.locator(".rc-handle").first, (5, 5))
    assert numbers(canvas.value(track, "corners"))[0] > 80


def test_the_first_frame_of_a_loader_counts(canvas, inputs):
    parts = canvas.add("LoadVideo", (40, 40), file="greys.mp4"), canvas.add("GetVideoComponents", (40, 300))
    cut, stamp = canvas.add("ImageFromBatch", (40, 500), batch_index=7, length=1), canvas.add("RaccordStampMarkers", (400, 40))
    canvas.wire(parts[0], 0, parts[1], "video")
    canvas.wire(parts[1], 0, cut, "image")
    canvas.wire(cut, 0, stamp, "image")
    canvas.page.locator(".rc-quad video").wait_for()
    assert frame_of(canvas.page) == 7
    assert canvas.page.get_by_label("Frame on which the corners lie").is_hidden()


def test_what_only_a_run_can_tell_is_said_and_then_shown(canvas, inputs):
    photo, stamp = canvas.add("LoadImage", (40, 40), image="frame.png"), canvas.add("RaccordStampMarkers", (400, 40))
    scale, look = canvas.add("ImageScaleBy", (40, 400), scale_by=0.5), canvas.add("PreviewImage", (900, 40))
    canvas.wire(photo, 0, scale, "image")
    canvas.wire(scale, 0, stamp, "image")
    canvas.wire(stamp, 0, look, "images")
    editor = canvas.page.locator(".rc-quad")
    assert "Run once to see the picture." in editor.inner_text()
    assert editor.locator(".rc-plane canvas").is_visible()
    canvas.run()
    editor.locator(".rc-plane img").wait_for()
    assert editor.locator(".rc-lines").get_attribute("viewBox") == "0 0 320 240"
    assert "Run once" not in editor.inner_text()
