"""The fitted numbers of ``model``, one set for each kind.

Printed by ``dev.py bench matching --fit DIR`` from the labelled lists in DIR and the corpus under
``tests``. Order of the weights: ``features.NAMES``.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.model import Coefficients

CUSTOMERS = Coefficients(
    constant=-8.537,
    weights=(
        0.689,  # overlap
        1.833,  # cover
        2.529,  # cosine
        0.000,  # edit
        4.230,  # rarest
        6.531,  # single
        0.000,  # first
        1.703,  # head
        0.000,  # tail
        -0.185,  # replaced
        0.000,  # missing
        0.000,  # left_over
        -3.027,  # number_differs
        0.000,  # number_missing
        -10.001,  # qualifier_differs
        -2.952,  # qualifier_missing
        2.000,  # code
        -1.000,  # code_differs
        1.797,  # initials
        0.000,  # spelling
        -0.514,  # country
        0.441,  # equal
    ),
    offset=-0.618,
    own=0.199,
    closer=0.866,
    farther=0.164,
)
ITEMS = Coefficients(
    constant=-5.968,
    weights=(
        0.514,  # overlap
        0.246,  # cover
        2.673,  # cosine
        0.632,  # edit
        3.929,  # rarest
        4.655,  # single
        0.204,  # first
        0.000,  # head
        0.141,  # tail
        -1.027,  # replaced
        0.000,  # missing
        0.000,  # left_over
        -2.955,  # number_differs
        -0.643,  # number_missing
        -10.002,  # qualifier_differs
        -1.500,  # qualifier_missing
        5.178,  # code
        -1.836,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.000,  # equal
    ),
    offset=-0.612,
    own=0.267,
    closer=0.730,
    farther=0.207,
)
ACCOUNTS = Coefficients(
    constant=-5.707,
    weights=(
        1.427,  # overlap
        0.922,  # cover
        1.525,  # cosine
        0.719,  # edit
        2.184,  # rarest
        2.673,  # single
        1.511,  # first
        0.266,  # head
        0.203,  # tail
        -1.177,  # replaced
        -0.737,  # missing
        -1.525,  # left_over
        -3.000,  # number_differs
        -1.000,  # number_missing
        -10.000,  # qualifier_differs
        -3.042,  # qualifier_missing
        2.000,  # code
        -1.000,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.256,  # equal
    ),
    offset=-0.565,
    own=0.541,
    closer=0.446,
    farther=0.237,
)

BY_KIND = {folding.CUSTOMERS: CUSTOMERS, folding.ITEMS: ITEMS, folding.ACCOUNTS: ACCOUNTS}
