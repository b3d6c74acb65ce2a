"""``python -m tests.bench._matching_speed METHOD SIZE``: seconds and memory, as JSON.

In a process of its own, so that the memory is that of the method alone.
"""

from __future__ import annotations

import json
import sys
import time

from desktop_app.domain.matching import match
from tests.bench import _matching_baselines as baselines
from tests.bench import _matching_data as data

ROUNDS = 3


def main(method: str, size: int) -> None:
    own = next(c for c in data.corpus() if c.kind == "customers")
    case = data.enlarged(own, size // len(own.right) + 2, 1)
    case = data.Case(case.name, case.kind, case.left[:size], case.right[:size], case.truth)
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        if method == "match":
            match(case.left, case.right)
        else:
            baselines.string_grouper(case)
        best = min(best, time.perf_counter() - start)
    print(json.dumps([best, peak_memory()]))


def peak_memory() -> float:
    """MiB that this process held at most; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
