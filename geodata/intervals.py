"""Angles on the circle: intervals of azimuths, and the winds that name them.

Azimuths are degrees clockwise from true north. An interval runs clockwise from
its first end to its second and may pass north.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# fmt: off
WINDS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
    "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)
# fmt: on
_CARDINALS = {"N": "north", "E": "east", "S": "south", "W": "west"}

# 355.00000000000006° and 355° are one azimuth: wider than rounding, far finer than any bearing.
_ANGLE_EPSILON_DEG = 1e-9


@dataclass(frozen=True)
class Interval:
    """An arc of azimuths, clockwise from ``from_min_deg`` to ``from_max_deg``.

    ``from_min_deg > from_max_deg`` passes north. ``0`` and ``360`` is all round;
    equal ends are one azimuth.

    Parameters
    ----------
    from_min_deg
        First end, degrees clockwise from true north, in ``[0, 360)``.
    from_max_deg
        Second end, in ``[0, 360)``; ``360`` only beside a ``from_min_deg`` of ``0``.

    Raises
    ------
    ValueError
        If an end lies outside its range.
    """

    from_min_deg: float
    from_max_deg: float

    def __post_init__(self) -> None:
        all_round = self.from_min_deg == 0.0 and self.from_max_deg == 360.0
        if not all_round and not (0.0 <= self.from_min_deg < 360.0 and 0.0 <= self.from_max_deg < 360.0):
            raise ValueError(
                f"interval ends must lie in [0, 360), or be 0 and 360 for all round: "
                f"{self.from_min_deg}, {self.from_max_deg}"
            )

    @classmethod
    def all_round(cls) -> Interval:
        """Return the full circle."""
        return cls(0.0, 360.0)

    @classmethod
    def around(cls, azimuth_deg: float, tolerance_deg: float) -> Interval:
        """Return the arc of ``tolerance_deg`` to either side of ``azimuth_deg``."""
        if tolerance_deg >= 180.0:
            return cls.all_round()
        return cls(_wrap(azimuth_deg - tolerance_deg), _wrap(azimuth_deg + tolerance_deg))

    @classmethod
    def covering(cls, azimuths_deg: Iterable[float] | Array) -> Interval:
        """Return the smallest arc that contains every one of ``azimuths_deg``.

        It is what remains of the circle when the widest empty arc is taken out, so
        that 355° and 5° give the ten degrees over north.

        Raises
        ------
        ValueError
            If there are no azimuths.
        """
        ordered = np.unique(np.mod(np.asarray(azimuths_deg, dtype=float).ravel(), 360.0))
        if ordered.size == 0:
            raise ValueError("no azimuths: an arc over nothing has no ends")
        gaps = np.diff(np.append(ordered, ordered[0] + 360.0))
        widest = int(np.argmax(gaps))
        return cls(_wrap(float(ordered[(widest + 1) % ordered.size])), _wrap(float(ordered[widest])))

    @property
    def width_deg(self) -> float:
        """Degrees from the first end to the second, clockwise, in ``[0, 360]``."""
        if self.from_min_deg == 0.0 and self.from_max_deg == 360.0:
            return 360.0
        return _wrap(self.from_max_deg - self.from_min_deg)

    @property
    def wraps(self) -> bool:
        """Whether the arc passes north."""
        return self.from_min_deg > self.from_max_deg

    @property
    def middle_deg(self) -> float:
        """The azimuth halfway along the arc, in ``[0, 360)``."""
        return _wrap(self.from_min_deg + self.width_deg / 2.0)

    def contains(self, azimuth_deg: float) -> bool:
        """Return whether ``azimuth_deg`` lies on the arc, ends included."""
        past = _wrap(azimuth_deg - self.from_min_deg)
        return past <= self.width_deg + _ANGLE_EPSILON_DEG or past >= 360.0 - _ANGLE_EPSILON_DEG


def _wrap(angle_deg: float) -> float:
    wrapped = float(np.mod(angle_deg, 360.0))
    return 0.0 if wrapped == 360.0 else wrapped  # np.mod(-1e-20, 360) is 360


def compass_point(azimuth_deg: float) -> str:
    """Return the nearest of the 16 winds, ``"N"``, ``"NNE"``, … ``"NNW"``.

    Each wind spans 22.5°, centred on it; a border between two belongs to the one
    clockwise of it.
    """
    return WINDS[int(np.floor(np.mod(azimuth_deg, 360.0) / 22.5 + 0.5)) % 16]


def wind_words(wind: str) -> str:
    """Return a wind in words: ``"SE"`` is ``"south-east"``."""
    return "-".join(_CARDINALS[letter] for letter in wind)


def compass_points(azimuths_deg: Array) -> list[str]:
    """Return the nearest of the 16 winds of each azimuth, ``""`` for NaN; see :func:`compass_point`."""
    numbers = np.floor(np.mod(azimuths_deg, 360.0) / 22.5 + 0.5)
    known = np.where(np.isnan(numbers), 0, numbers).astype(int) % 16
    return ["" if is_nan else WINDS[number] for number, is_nan in zip(known, np.isnan(numbers), strict=True)]
