"""JPEG without metadata, pixels untouched: a walk over its markers (ITU-T T.81, annex B)."""

import re
import struct

from shared.pictures.exif import orientation_of
from shared.pictures.picture import (
    MAX_JPEG_PIXELS,
    Bytes,
    Cleaned,
    Kind,
    NotAPictureError,
    refuse_too_many_pixels,
)

_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _APP15, _COM = (
    0xD8,
    0xD9,
    0xDA,
    0xE0,
    0xE1,
    0xEE,
    0xEF,
    0xFE,
)
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
# Everything a decoder needs beside the frames: tables, restart interval, number of lines.
_NEEDED = {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
# In coded data FF 00 is a stuffed byte and FF D0..D7 a restart; any other marker ends it.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
# Cameras write some dozens; millions of empty ones would only keep us busy.
MAX_SEGMENTS = 4096
_JFIF = b"JFIF\0"
_ADOBE = b"Adobe"
_EXIF = b"Exif\0\0"


def clean_jpeg(body: Bytes) -> Cleaned:
    """The picture with only what a decoder needs, up to its end marker.

    Raises:
        NotAPictureError: there is no frame or no scan, or the frame is too large.
    """
    walk = _Walk(body)
    walk.run()
    return Cleaned(Kind.JPEG, b"".join(walk.kept), walk.orientation)


class _Walk:
    """One pass over a file, keeping slices of it."""

    def __init__(self, body: Bytes):
        self._body = body
        self._view = memoryview(body)
        self.kept: list[bytes | memoryview] = [b"\xff\xd8"]
        self.orientation = 1
        self._has_frame = False
        self._has_scan = False

    def run(self) -> None:
        at = 2
        for _ in range(MAX_SEGMENTS):
            # Garbage between segments is skipped, as decoders do; it is not carried along.
            found = _MARKER.search(self._body, at)
            if found is None or found.group(1)[0] == _EOI:
                break
            at = self._take(found.group(1)[0], found.start())
        else:
            raise NotAPictureError
        if not (self._has_frame and self._has_scan):
            raise NotAPictureError
        self.kept.append(b"\xff\xd9")

    def _take(self, marker: int, start: int) -> int:
        """Keep or drop the segment of one marker; returns where the next search starts."""
        if marker in {0x01, _SOI}:
            return start + 2
        end = self._segment_end(start)
        payload = self._view[start + 4 : end]
        if marker == _SOS:
            return self._take_scan(start, end)
        if marker in _FRAMES:
            self._take_frame(payload)
        if marker in _FRAMES or marker in _NEEDED:
            self.kept.append(self._view[start:end])
        elif marker <= _APP15 and marker >= _APP0:
            self._take_application(marker, bytes(payload[:65536]))
        return end

    def _segment_end(self, start: int) -> int:
        length = int.from_bytes(self._view[start + 2 : start + 4])
        end = start + 2 + length
        if length < 2 or end > len(self._body):
            raise NotAPictureError
        return end

    def _take_frame(self, payload: memoryview) -> None:
        if len(payload) < 6:
            raise NotAPictureError
        height, width = struct.unpack(">HH", payload[1:5])
        # Height 0 means that a DNL segment tells it later; no camera writes that.
        refuse_too_many_pixels(width, height, MAX_JPEG_PIXELS)
        self._has_frame = True

    def _take_scan(self, start: int, end: int) -> int:
        if not self._has_frame:
            raise NotAPictureError
        self._has_scan = True
        found = _MARKER.search(self._body, end)
        after = len(self._body) if found is None else found.start()
        self.kept.append(self._view[start:after])
        return after

    def _take_application(self, marker: int, payload: bytes) -> None:
        if marker == _APP0 and payload.startswith(_JFIF) and len(payload) >= 14:
            # Version, units and density stay; the thumbnail is a picture of its own.
            self.kept.append(b"\xff\xe0\x00\x10" + payload[:12] + b"\0\0")
        elif marker == _APP14 and payload.startswith(_ADOBE) and len(payload) >= 12:
            # Says how colours were coded: without it some files change colour.
            self.kept.append(b"\xff\xee\x00\x0e" + payload[:12])
        elif marker == _APP1 and payload.startswith(_EXIF):
            self.orientation = orientation_of(payload[len(_EXIF) :])
