"""What each feature of an answer counts; made by `python -m benchmarks.ask_quality --fit`."""

from __future__ import annotations

BIAS = "bias"

RANKING = {
    "covered": 1.891,
    "first": 2.458,
    "after": 1.09,
    "leaning": 3.231,
    "order": 1.284,
    "names": -0.881,
    "names_near": 1.375,
    "fits": 0.933,
    "fits_typed": 1.158,
    "counted": 3.025,
    "bm25": 2.77,
    "best_covered": 0.836,
    "soft2": 2.741,
    "soft_best": 4.114,
    "like": 0.816,
    "like_window": 3.345,
    "like_passage": 1.814,
}

ANSWERING = {
    "names": 2.237,
    "mass_matched": -4.766,
    "surprise": 5.426,
    "soft_window": 3.443,
    "soft_mean": 5.848,
    "like_window": 9.899,
    "like_many": 5.331,
    "soft_usual": -3.486,
    "soft_apart": 0.975,
    "passage_apart": -0.689,
    "bias": -11.156,
}

LEAST = 0.6242

RANKING_PLAIN = {
    "covered": 8.991,
    "first": 2.26,
    "after": 0.861,
    "leaning": 3.35,
    "order": 2.018,
    "names": -0.405,
    "names_near": 1.596,
    "fits": 0.899,
    "fits_typed": 1.22,
    "counted": 3.392,
    "bm25": 4.095,
    "best_covered": 1.127,
}

ANSWERING_PLAIN = {
    "best": 6.965,
    "around": -2.37,
    "names": 2.803,
    "mass_matched": -4.944,
    "mass_missing": -1.158,
    "surprise": 5.18,
    "matched": 5.379,
    "length": -1.22,
    "order": 1.838,
    "fits": 1.264,
    "bias": -4.05,
}

LEAST_PLAIN = 0.3893
