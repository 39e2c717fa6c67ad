"""Photos that can or must not become a match: other codes, and nothing to read."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from deploy.rehearse.photos.paper import ColourImage
from deploy.rehearse.photos.photo import Photo, photograph
from deploy.rehearse.photos.recipe import Level, recipe
from deploy.rehearse.seeds import seeded

_NAMES = ("weixin.qq.com/r/", "u.alipay.example/", "shop.example/p?id=", "WIFI:T:WPA;S:", "tel:")


def foreign_page(seed: int) -> ColourImage:
    """A printed page, 6 px/mm A4, with a QR that has nothing to do with us."""
    rng = seeded(17, seed)
    page = np.full((1782, 1260, 3), 245, np.uint8)
    cv2.rectangle(page, (0, 0), (1260, 260), tuple(int(v) for v in rng.integers(40, 230, 3)), -1)
    for row in range(320, 1100, 46):
        cv2.line(page, (120, row), (int(rng.integers(500, 1140)), row), (60, 60, 60), 9)
    name = _NAMES[int(rng.integers(len(_NAMES)))]
    text = f"{name}{rng.integers(10**12)}"
    side = int(rng.integers(260, 420))
    code = cv2.resize(_symbol(text), (side, side), interpolation=cv2.INTER_NEAREST)
    x, y = int(rng.integers(150, 1110 - side)), int(rng.integers(1150, 1350))
    page[y : y + side, x : x + side] = code[..., None]
    return page


def photograph_foreign(*, seed: int, level: str = "normal") -> Photo:
    """A clear photo of such a page: the code can be read, and it is not ours."""
    plan = recipe(Level(level), seed)
    # The code is the point of this photo: nothing may lie on it.
    plan = replace(plan, scene=replace(plan.scene, fingers=(), neighbour=False, stains=0))
    plan = replace(plan, light=replace(plan.light, glare=0.0))
    return photograph(foreign_page(seed), level=level, seed=seed, made=plan)


def photograph_hopeless(page: npt.NDArray[np.uint8], *, seed: int) -> Photo:
    """A photo nobody could read: blurred past every module, far away, dark, or no sheet at all."""
    plan = recipe(Level.EXTREME, seed)
    kind = seed % 4
    if kind == 0:
        plan = replace(
            plan, camera=replace(plan.camera, defocus_px=max(plan.camera.frame_px) / 110)
        )
    elif kind == 1:
        plan = replace(plan, pose=replace(plan.pose, fill=0.18, shift=(0.0, 0.0)))
    elif kind == 2:
        dim = replace(plan.light, level=0.03, glare=0.0)
        plan = replace(plan, light=dim, camera=replace(plan.camera, noise=18.0))
    else:
        plan = replace(plan, pose=replace(plan.pose, shift=(0.0, 3.0)))
    return photograph(page, level=Level.EXTREME, seed=seed, made=plan)


def _symbol(text: str) -> npt.NDArray[np.uint8]:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.asarray(barcode.to_image(scale=1, add_quiet_zones=True), dtype=np.uint8)
