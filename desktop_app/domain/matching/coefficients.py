"""The fitted numbers of ``model``, one set for each kind.

Printed by ``dev.py bench matching --fit DIR`` from the labelled lists in DIR and the corpus under
``tests``. Order of the weights: ``features.NAMES``.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.model import Coefficients

CUSTOMERS = Coefficients(
    constant=-8.278,
    weights=(
        0.651,  # overlap
        1.679,  # cover
        2.430,  # cosine
        0.000,  # edit
        4.237,  # rarest
        6.509,  # single
        0.000,  # first
        1.709,  # head
        0.000,  # tail
        -0.298,  # replaced
        -0.029,  # missing
        0.000,  # left_over
        -3.026,  # number_differs
        0.000,  # number_missing
        -10.001,  # qualifier_differs
        -2.944,  # qualifier_missing
        2.000,  # code
        -1.000,  # code_differs
        1.797,  # initials
        0.000,  # spelling
        -0.513,  # country
        0.460,  # equal
    ),
    offset=-0.616,
    own=0.219,
    closer=0.853,
    farther=0.164,
)
ITEMS = Coefficients(
    constant=-5.485,
    weights=(
        0.320,  # overlap
        0.000,  # cover
        2.848,  # cosine
        0.522,  # edit
        3.768,  # rarest
        4.575,  # single
        0.204,  # first
        0.000,  # head
        0.128,  # tail
        -1.018,  # replaced
        0.000,  # missing
        0.000,  # left_over
        -2.501,  # number_differs
        -0.660,  # number_missing
        -10.002,  # qualifier_differs
        -1.500,  # qualifier_missing
        4.953,  # code
        -1.784,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.000,  # equal
    ),
    offset=-0.594,
    own=0.261,
    closer=0.762,
    farther=0.197,
)
ACCOUNTS = Coefficients(
    constant=-5.516,
    weights=(
        1.412,  # overlap
        0.871,  # cover
        1.472,  # cosine
        0.681,  # edit
        2.163,  # rarest
        2.680,  # single
        1.487,  # first
        0.227,  # head
        0.201,  # tail
        -1.162,  # replaced
        -0.771,  # missing
        -1.497,  # left_over
        -3.000,  # number_differs
        -1.000,  # number_missing
        -10.000,  # qualifier_differs
        -3.035,  # qualifier_missing
        2.000,  # code
        -1.000,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.287,  # equal
    ),
    offset=-0.550,
    own=0.535,
    closer=0.450,
    farther=0.233,
)

BY_KIND = {folding.CUSTOMERS: CUSTOMERS, folding.ITEMS: ITEMS, folding.ACCOUNTS: ACCOUNTS}
