"""OpenCV, whichever package brings it: `from ..image.opencv import cv2`, so that its absence is said in one sentence."""

try:
    import cv2
except ImportError as error:
    raise ImportError(f"expected OpenCV, got none that works ({error}): pip install opencv-python-headless") from error

__all__ = ["cv2"]
