"""The fitted numbers of ``model``, one set for each kind.

Printed by ``dev.py bench matching --fit DIR`` from the labelled lists in DIR and the corpus under
``tests``. Order of the weights: ``features.NAMES``.
"""

from __future__ import annotations

from desktop_app.domain.matching import folding
from desktop_app.domain.matching.model import Coefficients

CUSTOMERS = Coefficients(
    constant=-8.336,
    weights=(
        0.000,  # overlap
        1.851,  # cover
        1.081,  # cosine
        0.000,  # edit
        1.514,  # near
        4.885,  # rarest
        7.268,  # single
        0.256,  # first
        0.432,  # head
        0.922,  # tail
        -0.471,  # replaced
        -0.055,  # missing
        0.000,  # left_over
        -6.000,  # number_differs
        -1.184,  # number_missing
        -10.001,  # qualifier_differs
        -2.067,  # qualifier_missing
        2.000,  # code
        2.000,  # code_single
        -1.000,  # code_differs
        1.800,  # initials
        0.000,  # spelling
        -1.079,  # country
        0.709,  # equal
    ),
    offset=-0.756,
    own=0.159,
    closer=0.858,
    farther=0.262,
    chosen_offset=1.363,
    chosen_slope=0.769,
)
ITEMS = Coefficients(
    constant=-5.763,
    weights=(
        0.618,  # overlap
        0.000,  # cover
        2.595,  # cosine
        0.705,  # edit
        0.000,  # near
        3.913,  # rarest
        4.573,  # single
        0.271,  # first
        0.000,  # head
        0.047,  # tail
        -1.005,  # replaced
        0.000,  # missing
        0.000,  # left_over
        -2.406,  # number_differs
        -0.754,  # number_missing
        -10.002,  # qualifier_differs
        -1.347,  # qualifier_missing
        2.747,  # code
        3.779,  # code_single
        -1.760,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.000,  # equal
    ),
    offset=-0.654,
    own=0.319,
    closer=0.735,
    farther=0.165,
    chosen_offset=0.313,
    chosen_slope=1.300,
)
ACCOUNTS = Coefficients(
    constant=-5.516,
    weights=(
        1.412,  # overlap
        0.871,  # cover
        1.472,  # cosine
        0.681,  # edit
        0.000,  # near
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
        2.000,  # code_single
        -1.000,  # code_differs
        0.000,  # initials
        0.000,  # spelling
        -0.500,  # country
        0.287,  # equal
    ),
    offset=-0.708,
    own=0.552,
    closer=0.424,
    farther=0.270,
    chosen_offset=-0.078,
    chosen_slope=1.409,
)

BY_KIND = {folding.CUSTOMERS: CUSTOMERS, folding.ITEMS: ITEMS, folding.ACCOUNTS: ACCOUNTS}
