"""What each feature of an answer counts; made by `python -m benchmarks.ask_quality --fit`."""

from __future__ import annotations

BIAS = "bias"

RANKING = {
    "first": 2.203,
    "after": 0.915,
    "leaning": 3.033,
    "order": 1.333,
    "names": -0.84,
    "names_near": 1.365,
    "fits": 0.926,
    "fits_typed": 1.142,
    "counted": 2.785,
    "bm25": 2.904,
    "best_covered": 1.012,
    "soft2": 3.717,
    "soft_best": 4.578,
    "like": 0.854,
    "like_window": 3.409,
    "like_passage": 1.634,
}

ANSWERING = {
    "best": 1.55,
    "around": -2.107,
    "names": 1.887,
    "mass_matched": -1.724,
    "mass_missing": -0.59,
    "surprise": 3.116,
    "matched": 0.569,
    "length": -0.76,
    "order": 1.146,
    "fits": 0.583,
    "soft_window": 3.155,
    "soft_mean": 4.437,
    "like_window": 6.374,
    "like_many": 3.778,
    "bias": -6.561,
}

LEAST = 0.7182

RANKING_PLAIN = {
    "first": -1.228,
    "after": -2.461,
    "leaning": 0.84,
    "order": 6.411,
    "names": 0.606,
    "names_near": 1.328,
    "fits": 0.983,
    "fits_typed": 1.306,
    "counted": 3.562,
    "bm25": 5.571,
    "best_covered": 4.838,
}

ANSWERING_PLAIN = {
    "best": 4.774,
    "around": -0.076,
    "names": 2.08,
    "mass_matched": -1.556,
    "mass_missing": -0.837,
    "surprise": 2.737,
    "matched": 3.054,
    "length": -1.228,
    "order": 1.629,
    "fits": 0.956,
    "bias": -2.23,
}

LEAST_PLAIN = 0.611
