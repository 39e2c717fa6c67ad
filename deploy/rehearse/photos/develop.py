"""From a recipe and a page to pixels: scene, light, lens, sensor, file."""

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from deploy.rehearse.photos.paper import ColourImage
from deploy.rehearse.photos.recipe import Camera, Light, Recipe, Scene
from deploy.rehearse.photos.surface import Surface

Gray32 = npt.NDArray[np.float32]

# Maps and light are worked out on a grid this coarse; between its nodes they are straight.
_STEP = 16
_SKIN = (120, 150, 205)


def expose(page: ColourImage, paper: Surface, recipe: Recipe, other: ColourImage) -> ColourImage:
    """The scene as the sensor gets it, before the file is written."""
    picture = _background(recipe.camera.frame_px, recipe.scene)
    if recipe.scene.neighbour:
        _lay_neighbour(picture, other, recipe)
    _lay(picture, page, paper)
    _hold(picture, paper, recipe.scene)
    picture = _lit(picture, paper, recipe.light)
    return _seen(picture, recipe)


def write_file(picture: ColourImage, camera: Camera) -> bytes:
    """The JPEG as it leaves the phone or the messenger."""
    quality = camera.quality
    if camera.shrink_to_px and max(picture.shape[:2]) > camera.shrink_to_px:
        if camera.second_quality:
            picture = np.asarray(cv2.imdecode(np.frombuffer(_jpeg(picture, quality), np.uint8), 1))
            quality = camera.second_quality
        scale = camera.shrink_to_px / max(picture.shape[:2])
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    data = _jpeg(picture, quality)
    return _with_orientation(data, camera.orientation) if camera.orientation else data


def _jpeg(picture: ColourImage, quality: int) -> bytes:
    data: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(picture), quality=quality, colorspace="BGR", colorsubsampling="420"
    )
    return data


def _with_orientation(data: bytes, orientation: int) -> bytes:
    """Insert an EXIF segment with one tag, as a phone writes it."""
    tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + b"\0\0" * 3
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + data[2:]


def _background(frame: tuple[int, int], scene: Scene) -> ColourImage:
    """A table top, worked out at a quarter of the size."""
    rng = np.random.default_rng([3, scene.seed])
    width, height = frame[0] // 4 + 1, frame[1] // 4 + 1
    base = {"wood": 120, "cloth": 150, "tiles": 175, "dark": 45, "white": 215}[scene.background]
    tone = rng.normal(0, 1, (max(2, height // 6), max(2, width // 60))).astype(np.float32)
    grain = cv2.resize(tone, (width, height), interpolation=cv2.INTER_CUBIC)
    colour = np.array([0.75, 0.9, 1.05]) if scene.background == "wood" else rng.uniform(0.8, 1.1, 3)
    picture = np.clip((base + 12 * grain)[..., None] * colour, 0, 255).astype(np.uint8)
    if scene.background in ("cloth", "tiles"):
        _pattern(picture, scene.background, rng)
    for _ in range(scene.clutter):
        _thing(picture, rng)
    full = cv2.resize(picture, frame, interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.uint8)


def _pattern(picture: ColourImage, kind: str, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    pitch = int(rng.integers(8, 26) if kind == "cloth" else rng.integers(50, 120))
    shade = (90, 110, 140) if kind == "cloth" else (120, 120, 120)
    thickness = max(1, pitch // 3) if kind == "cloth" else 2
    for at in range(0, max(width, height), pitch):
        cv2.line(picture, (at, 0), (at, height), shade, thickness)
        cv2.line(picture, (0, at), (width, at), shade, thickness)


def _thing(picture: ColourImage, rng: np.random.Generator) -> None:
    """A pen, a cup, a note, a keyboard: flat shapes with sharp edges."""
    height, width = picture.shape[:2]
    at = (int(rng.integers(width)), int(rng.integers(height)))
    colour = tuple(int(value) for value in rng.integers(10, 245, 3))
    size = int(rng.integers(8, max(9, width // 6)))
    kind = rng.integers(3)
    if kind == 0:
        cv2.circle(picture, at, size, colour, -1 if rng.random() < 0.6 else 3, cv2.LINE_AA)
    elif kind == 1:
        box = cv2.boxPoints((at, (size * 2, size), float(rng.uniform(0, 180)))).astype(np.int32)
        cv2.fillPoly(picture, [box], colour, cv2.LINE_AA)
    else:
        end = (at[0] + int(rng.normal(0, size * 2)), at[1] + int(rng.normal(0, size * 2)))
        cv2.line(picture, at, end, colour, max(2, size // 6), cv2.LINE_AA)


def _lay(picture: ColourImage, page: ColourImage, paper: Surface) -> None:
    """Put the page into the scene through the exact inverse of the camera."""
    height, width = picture.shape[:2]
    corners = paper.corners_px()
    spread = float(np.linalg.norm(corners[1] - corners[0]) / page.shape[1])
    spread = max(spread, float(np.linalg.norm(corners[3] - corners[0]) / page.shape[0]))
    if spread < 0.8:  # shrink first, or thin lines alias
        page = np.asarray(
            cv2.resize(page, None, fx=spread * 1.1, fy=spread * 1.1, interpolation=cv2.INTER_AREA)
        )
    nodes, shape = _nodes(width, height)
    located = paper.locate(nodes) * np.array(page.shape[1::-1]) / np.array(paper.size_mm) - 0.5
    whole = _spread_out(located.reshape(*shape, 2).astype(np.float32), width, height)
    with_mask = cv2.cvtColor(page, cv2.COLOR_BGR2BGRA)  # a fourth channel full of 255
    # Both maps are in the first, which the stubs do not know.
    seen = cv2.remap(with_mask, whole, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    cv2.copyTo(cv2.cvtColor(seen, cv2.COLOR_BGRA2BGR), cv2.extractChannel(seen, 3), picture)


def _lay_neighbour(picture: ColourImage, other: ColourImage, recipe: Recipe) -> None:
    """A second paper that lies half under the sheet."""
    rng = np.random.default_rng([5, recipe.scene.seed])
    height, width = picture.shape[:2]
    side = rng.choice([-1, 1])
    middle = np.array([width * (0.5 + 0.55 * side), height * rng.uniform(0.2, 0.8)])
    angle = rng.normal(0, 0.3)
    scale = recipe.pose.fill * height * 0.8 / other.shape[0]
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = middle - turn @ (np.array(other.shape[1::-1]) / 2)
    matrix = np.column_stack([turn, shift])
    cv2.warpAffine(other, matrix, (width, height), picture, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)


def _hold(picture: ColourImage, paper: Surface, scene: Scene) -> None:
    """Thumbs that come in over the page's edges."""
    page_width, page_height = paper.size_mm
    for edge, along, reach in scene.fingers:
        tip, root = {
            0: ((along * page_width, reach), (along * page_width, -90)),
            1: ((page_width - reach, along * page_height), (page_width + 90, along * page_height)),
            2: ((along * page_width, page_height - reach), (along * page_width, page_height + 90)),
            3: ((reach, along * page_height), (-90, along * page_height)),
        }[edge]
        ends = paper.project(np.array([tip, root], dtype=float))
        scale = float(np.linalg.norm(ends[1] - ends[0])) / (90 + reach)
        middle, outside = (tuple(int(value) for value in end) for end in ends)
        for share in (1.0, 0.8, 0.55):
            colour = tuple(int(part * (0.75 + 0.3 * (1 - share))) for part in _SKIN)
            cv2.line(picture, middle, outside, colour, max(2, int(19 * scale * share)), cv2.LINE_AA)


def _lit(picture: ColourImage, paper: Surface, light: Light) -> ColourImage:
    """Gradient, shadow, paper shading and glare."""
    height, width = picture.shape[:2]
    nodes, shape = _nodes(width, height)
    share = nodes / max(width, height)
    direction = np.array([np.cos(light.gradient_angle), np.sin(light.gradient_angle)])
    level = light.level * (1 - light.gradient * np.clip(share @ direction + 0.3, 0, 1))
    across = np.array([np.cos(light.shadow_angle), np.sin(light.shadow_angle)])
    edge = (share - share.mean(axis=0)) @ across - light.shadow_at
    level *= 1 - light.shadow / (1 + np.exp(-np.clip(edge * 60, -40, 40)))
    level *= _shading(nodes, paper)
    balance = np.array(light.balance)
    gains = np.clip(level[:, None] * balance * 128, 0, 255).astype(np.uint8)
    lit = cv2.multiply(picture, _grown(gains.reshape(*shape, 3), width, height), scale=1 / 128)
    if light.glare:
        spot = np.array([width, height]) * np.array(light.glare_at)
        distance = np.linalg.norm(nodes - spot, axis=1) / (light.glare_size * max(width, height))
        burn = np.clip(255 * light.glare * np.exp(-(distance**2)), 0, 255).astype(np.uint8)
        lit = cv2.add(lit, _grown(np.repeat(burn.reshape(*shape, 1), 3, axis=2), width, height))
    return np.asarray(lit, dtype=np.uint8)


def _shading(nodes: npt.NDArray[np.float64], paper: Surface) -> npt.NDArray[np.float64]:
    """Bent paper turns to and from the light."""
    if not any(bend.height_mm > 0.5 for bend in paper.bends):
        return np.ones(len(nodes))
    at = paper.locate(nodes)
    step = np.array([2.0, 1.0])
    slope = (paper.height(at + step) - paper.height(at - step)) / 4.5
    return np.asarray(np.clip(1 + 0.8 * slope, 0.6, 1.25))


def _seen(picture: ColourImage, recipe: Recipe) -> ColourImage:
    """Lens, sensor and the phone's own processing."""
    camera = recipe.camera
    seen = cv2.GaussianBlur(picture, (0, 0), camera.defocus_px)
    if camera.motion_px >= 1.5:
        seen = cv2.filter2D(seen, -1, _streak(camera.motion_px, camera.motion_angle))
    levels = 128 + (np.arange(256) - 128) * camera.contrast
    seen = cv2.LUT(seen, np.clip(levels, 0, 255).astype(np.uint8))
    if camera.moire:
        seen = _striped(seen, camera)
    _add_noise(seen, camera.noise, np.random.default_rng([7, recipe.seed]))
    if camera.sharpen > 0.2:
        soft = cv2.blur(seen, (3, 3))
        seen = cv2.addWeighted(seen, 1 + camera.sharpen, soft, -camera.sharpen, 0)
    return np.asarray(seen, dtype=np.uint8)


def _striped(picture: cv2.typing.MatLike, camera: Camera) -> cv2.typing.MatLike:
    """The beat of two grids, print's or a screen's and the sensor's, each colour shifted."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0 : height // 2 + 1, 0 : width // 2 + 1].astype(np.float32) * 2
    along = x * np.cos(camera.moire_angle) + y * np.sin(camera.moire_angle)
    # The pitch drifts over the picture, as the angle between paper and sensor does.
    phase = 2 * np.pi * along / camera.moire_px + 6 * np.sin(along / max(width, height) * 3)
    for colour in range(3):
        gain = 128 * (1 + camera.moire * np.sin(phase + 0.7 * colour))
        whole = cv2.resize(gain.astype(np.uint8), (2 * gain.shape[1], 2 * gain.shape[0]))
        seen = np.ascontiguousarray(picture[..., colour])
        picture[..., colour] = cv2.multiply(seen, whole[:height, :width], scale=1 / 128)
    return picture


def _streak(length_px: float, angle: float) -> Gray32:
    size = 2 * int(np.ceil(length_px / 2)) + 1
    kernel = np.zeros((size, size), np.float32)
    middle = size // 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * length_px / 2
    start, end = (np.array([middle, middle]) + sign * reach for sign in (-1, 1))
    cv2.line(kernel, start.round().astype(int).tolist(), end.round().astype(int).tolist(), 1.0)
    return np.asarray(kernel / kernel.sum())


def _add_noise(picture: cv2.typing.MatLike, strength: float, rng: np.random.Generator) -> None:
    """Grain from one tile, shifted and mirrored: a whole frame of it would cost more than the rest."""
    side = 512
    grain = rng.normal(0, 0.85 * strength, (side, side, 1)) + rng.normal(
        0, 0.5 * strength, (side, side, 3)
    )
    tile = cv2.GaussianBlur(grain.astype(np.float32), (0, 0), 0.6) * 1.9
    tile = np.asarray(np.clip(tile, -120, 120).round(), dtype=np.int16)
    tiles = np.tile(tile, (2, 2, 1))  # any window of one tile's size is the tile, shifted
    height, width = picture.shape[:2]
    for top in range(0, height, side):
        for left in range(0, width, side):
            area = picture[top : top + side, left : left + side]
            down, right = side - rng.integers(0, side, 2)
            piece = tiles[down : down + area.shape[0], right : right + area.shape[1]]
            cv2.add(area, piece, area, dtype=cv2.CV_8U)


def _nodes(width: int, height: int) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
    """Pixel positions of the coarse grid, one node beyond every edge."""
    xs = np.arange(-1, width // _STEP + 2) * _STEP + (_STEP - 1) / 2
    ys = np.arange(-1, height // _STEP + 2) * _STEP + (_STEP - 1) / 2
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return grid, (len(ys), len(xs))


def _spread_out(grid: Gray32, width: int, height: int) -> Gray32:
    whole = cv2.resize(grid, None, fx=_STEP, fy=_STEP, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[_STEP : _STEP + height, _STEP : _STEP + width], dtype=np.float32)


def _grown(grid: npt.NDArray[np.uint8], width: int, height: int) -> npt.NDArray[np.uint8]:
    whole = cv2.resize(grid, None, fx=_STEP, fy=_STEP, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[_STEP : _STEP + height, _STEP : _STEP + width], dtype=np.uint8)
