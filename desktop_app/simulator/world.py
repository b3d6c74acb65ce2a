"""Seeds, built once per size and number and handed out as fresh copies."""

from __future__ import annotations

import pickle
from functools import cache

from desktop_app.simulator.data.seed import Seed

SIZES = ("small", "medium", "large")


def fresh_seed(size: str, seed: int) -> Seed:
    """A copy of the built data that its taker may change.

    Raises:
        ValueError: for a size that is not one of SIZES.
    """
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}")
    copy: Seed = pickle.loads(_packed(size, seed))  # noqa: S301 - our own bytes, made below
    return copy


@cache
def _packed(size: str, seed: int) -> bytes:
    # Imported here: the generators are needed by the first start only.
    try:
        from desktop_app.simulator.data import build
    except ImportError:  # until the data is in
        from desktop_app.simulator.standin import build

    return pickle.dumps(build(size, seed), protocol=pickle.HIGHEST_PROTOCOL)
