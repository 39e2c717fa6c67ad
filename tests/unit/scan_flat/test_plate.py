"""A page bends by what was measured on it, and what does not fit the rest is known."""

import numpy as np
import pytest

from services.scan.flat.plate import Controls, Sheet, left_out, plate_at

SIZE = (2100, 2970)


def measured(count: int, seed: int = 3, slack: float = 1.0) -> Controls:
    """Places of a curled page with a little noise, offsets in 0.1 mm."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 1, (count, 2)) * (1800, 2100) + (150, 400)
    return Controls(places, curl(places) + rng.normal(0, 0.5, count), np.full(count, slack))


def curl(places: np.ndarray) -> np.ndarray:
    return 20 * np.sin(places[:, 0] / 400) * np.cos(places[:, 1] / 500)


def test_a_sheet_of_splines_lies_where_the_thin_plate_lies() -> None:
    controls, asked = measured(300), measured(80, seed=4).places

    off = Sheet(controls, SIZE).at(asked) - plate_at(controls, asked)
    assert np.abs(off).max() < 1.0


def test_a_sheet_is_the_same_on_a_grid_and_at_its_points() -> None:
    sheet = Sheet(measured(200), SIZE)
    xs, ys = np.array([300.0, 900.0, 1700.0]), np.array([500.0, 2000.0])
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)

    assert sheet.on_grid(xs, ys).ravel() == pytest.approx(sheet.at(points))


@pytest.mark.parametrize("place", [0, 7, 19])
def test_what_is_left_out_is_missed_as_if_it_had_never_been_measured(place: int) -> None:
    all_ = measured(22, slack=0.02)
    both = Controls(all_.places, np.stack([all_.offsets, -all_.offsets], axis=1), all_.slack)
    others = np.arange(22) != place
    without = Controls(both.places[others], both.offsets[others], both.slack[others])

    said = plate_at(without, both.places[place : place + 1])[0]
    assert left_out(both)[place] == pytest.approx(np.linalg.norm(said - both.offsets[place]))


def test_places_on_one_line_say_nothing_of_each_other() -> None:
    places = np.array([[100.0, 100.0], [100.0, 200.0], [100.0, 300.0]])

    off = left_out(Controls(places, np.zeros((3, 2)), np.zeros(3)))
    assert not (off < 1000).any()
