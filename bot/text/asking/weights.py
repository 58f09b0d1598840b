"""What each feature of an answer counts; made by `python -m benchmarks.ask_quality --fit`."""

from __future__ import annotations

BIAS = "bias"

RANKING = {
    "covered": 1.975,
    "first": 2.484,
    "after": 1.12,
    "leaning": 3.206,
    "order": 1.302,
    "names": -0.874,
    "names_near": 1.387,
    "fits": 0.927,
    "fits_typed": 1.153,
    "counted": 2.864,
    "bm25": 2.771,
    "best_covered": 0.822,
    "soft2": 2.657,
    "soft_best": 4.087,
    "like": 0.823,
    "like_window": 3.353,
    "like_passage": 1.811,
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
    "covered": 9.013,
    "first": 2.298,
    "after": 0.901,
    "leaning": 3.34,
    "order": 2.028,
    "names": -0.402,
    "names_near": 1.607,
    "fits": 0.889,
    "fits_typed": 1.223,
    "counted": 3.234,
    "bm25": 4.106,
    "best_covered": 1.103,
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
