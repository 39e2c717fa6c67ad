"""The recognition model: a strip of writing in, log-probabilities per step and character out.

The file comes inside the wheel `rapidocr`, whose code is never imported: it takes 1.3 s, pulls
in what we do not need and gives greedy text only. What matters here are the probabilities.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

Gray = npt.NDArray[np.uint8]  # (height, width), 0 black .. 255 white
LogProbs = npt.NDArray[np.float32]  # (steps, characters), natural logarithm, rows sum to one

MODEL_FILE = Path("models/PP-OCRv6_rec_small.onnx")
MODEL_SHA256 = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
MODEL_NAME = "PP-OCRv6_rec_small"  # kept with every suggestion
HEIGHT = 48  # px the model wants
MIN_WIDTH = 160  # narrower strips are padded; fewer steps make the first and last vague
MAX_WIDTH = 1280  # 160 steps; memory and time grow with the width
BLANK = 0  # the class of "no character here"
_LEAST = 1e-9


class NoModelError(Exception):
    """The model's package is not installed, or its file is not the one that was measured."""


@dataclass(frozen=True, slots=True)
class HandModel:
    """One session and its alphabet; `alphabet[k]` is the text of class k, "" for the blank."""

    session: onnxruntime.InferenceSession
    alphabet: tuple[str, ...]

    def read(self, strip: Gray) -> LogProbs:
        """What the model sees in one line of writing, black on white, at any size.

        The strip is scaled to 48 px height; steps are 8 px wide. A strip longer than
        `MAX_WIDTH` at that height is squeezed.
        """
        blob = _blob(strip)
        name = self.session.get_inputs()[0].name
        probabilities = np.asarray(self.session.run(None, {name: blob})[0], np.float32)[0]
        return np.asarray(np.log(np.maximum(probabilities, _LEAST)), np.float32)


@cache
def hand_model() -> HandModel:
    """The model of this process, opened when it is first asked for.

    Raises:
        NoModelError: it is missing, or its bytes are others.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        _verified(_model_path()), options, providers=["CPUExecutionProvider"]
    )
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    return HandModel(session, _alphabet(characters, classes=session.get_outputs()[0].shape[-1]))


def _alphabet(characters: list[str], *, classes: int) -> tuple[str, ...]:
    """The blank before the listed characters and, as the model was trained, a space behind."""
    alphabet = ("", *characters, " ")[:classes]
    if len(alphabet) != classes:
        raise NoModelError("alphabet")
    return alphabet


def _model_path() -> Path:
    package = find_spec("rapidocr")  # finds, does not import
    if package is None or package.origin is None:
        raise NoModelError("rapidocr")
    return Path(package.origin).parent / MODEL_FILE


def _verified(path: Path) -> bytes:
    try:
        body = path.read_bytes()
    except OSError:
        raise NoModelError(path.name) from None
    if hashlib.sha256(body).hexdigest() != MODEL_SHA256:
        raise NoModelError(path.name)
    return body


def _blob(strip: Gray) -> npt.NDArray[np.float32]:
    """(1, 3, 48, width), -1 black .. 1 white, padded on the right with paper."""
    height, width = strip.shape
    wide = max(8, min(MAX_WIDTH, round(width * HEIGHT / height)))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(strip, (wide, HEIGHT), interpolation=method)
    page = np.full((HEIGHT, max(wide, MIN_WIDTH)), 255, np.float32)
    page[:, :wide] = scaled
    return np.repeat((page / 127.5 - 1)[None, None], 3, axis=1).astype(np.float32)
