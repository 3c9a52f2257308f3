import pytest
from raccord.nodes.media.captions import parse_srt


def test_cues_are_read():
    captions = parse_srt("\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nthere\r\n\r\n2\r\n00:01:00.5 --> "
                         "00:01:01.25\r\nBye\r\n")
    assert [(c.start, c.end, c.text) for c in captions.cues] == [(1.0, 2.5, "Hello\nthere"), (60.5, 61.25, "Bye")]
    assert captions.end == 61.25
    assert captions.fastest()[0] == pytest.approx(10 / 1.5)


@pytest.mark.parametrize("text", ["", "hello", "1\n00:00:02,000 --> 00:00:01,000\nx"])
def test_what_is_no_caption_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        parse_srt(text)
