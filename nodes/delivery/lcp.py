"""When a page's largest picture is likely to show: a model of one page load under a named profile, with its assumptions said.

Constants: Lighthouse 13.4.1 (f8eac39) throttling, `mobileSlow4G` and desktop; TCP as in its Lantern (congestion window of 10
segments of 1460 bytes that doubles each round trip up to what the line holds). It is a prediction about
one load; what visitors see at the 75th percentile is measured in the field and cannot be told from files.
"""

from __future__ import annotations

from dataclasses import dataclass

_SEGMENT, _FIRST_WINDOW = 1460, 10
_HTML, _CSS, _SERVER_MS, _RENDER_MS = 15_000, 20_000, 30.0, 200.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A line: round trip in ms, kilobits a second (1024 bits), and the pixels across the page that a full width asks for."""

    name: str
    rtt_ms: float
    kbps: float
    slot_pixels: int

    @property
    def window(self) -> int:
        """Segments in flight at most."""
        return int(self.kbps * 1024 / 8 * self.rtt_ms / 1000 / _SEGMENT)


PROFILES = {p.name: p for p in (Profile("slow 4G", 150, 1.6 * 1024, 721), Profile("desktop", 40, 10 * 1024, 1350))}


def _download(profile: Profile, size: float, warm: bool, window: int, server_ms: float) -> tuple[float, int]:
    """Milliseconds until `size` bytes are there, and the congestion window after."""
    rtt = profile.rtt_ms
    time = (rtt / 2 if warm else 2.5 * rtt) + server_ms + rtt / 2
    window = min(window, profile.window)
    left = size - _SEGMENT * window
    while left > 0:
        time, window = time + rtt, max(min(profile.window, 2 * window), 1)
        left -= _SEGMENT * window
    return time, window


def predict_lcp(size: int, profile: str = "slow 4G", ttfb_ms: float = 600, found: str = "in HTML") -> float:
    """Predicted time of the largest contentful paint in ms.

    Args:
        size: Bytes of the picture, all that is in its file.
        profile: A name of `PROFILES`.
        ttfb_ms: What the server takes for the page.
        found: `in HTML` (in the markup, with fetchpriority high) or `after CSS`.
    """
    line = PROFILES[profile]
    page, window = _download(line, _HTML, False, _FIRST_WINDOW, ttfb_ms)
    style, after = _download(line, _CSS, True, window, _SERVER_MS)
    if found == "in HTML":
        both, _ = _download(line, size + _CSS, True, window, _SERVER_MS)
        return page + max(style, both) + _RENDER_MS
    alone, _ = _download(line, size, True, after, _SERVER_MS)
    return page + style + alone + _RENDER_MS


def assumptions(profile: str, ttfb_ms: float, found: str) -> str:
    """What the prediction supposes, in words."""
    line = PROFILES[profile]
    place = "in the HTML with fetchpriority high" if found == "in HTML" else "after the style sheet"
    return (f"profile {profile} ({line.rtt_ms:g} ms round trip, {line.kbps / 1024:g} Mbit/s), server {ttfb_ms:g} ms, page 15 kB, "
            f"style sheet 20 kB, same origin, picture found {place}, 200 ms to decode and draw")
