"""The fitted numbers of ``model``, one set for each kind.

Printed by ``dev.py bench matching --fit DIR``. Order of the weights: ``features.NAMES``.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.model import Coefficients

CUSTOMERS = Coefficients(
    constant=-6.99,
    weights=(
        0.66,
        1.44,
        1.82,
        0,
        2.09,
        4,
        0.49,
        2.25,
        0.56,
        -0.63,
        0,
        0,
        -3,
        -1.5,
        -10,
        -3,
        3,
        -2,
        1.06,
        0,
        -0.5,
        1.37,
    ),
    offset=0.0,
    own=1.0,
    closer=0.3,
    farther=0.1,
)
ITEMS = CUSTOMERS
ACCOUNTS = CUSTOMERS

BY_KIND = {folding.CUSTOMERS: CUSTOMERS, folding.ITEMS: ITEMS, folding.ACCOUNTS: ACCOUNTS}
