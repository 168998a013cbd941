"""Runs in the zygote what candidates will run: libraries fill caches, which neither have to be filled nor to be copied later."""

import marshal
import sys
import warnings

import candidate
import codec
import zygote


def rehearse(warm: zygote.Zygote) -> None:
    """Plays candidates, and the most usual things that they do with a preloaded library."""
    if "pandas" in sys.modules:
        _use_pandas()
    usual_limit = sys.getrecursionlimit()
    source = "from typing import List\n\ndef first(values: List[int]) -> int:\n    return values[0]\n"
    for _ in range(32):
        warm.rehearse(source, "first", [b"M" + marshal.dumps((candidate.MODULE_NUMBER + 1, "call", ([1, 2],), {}))] * 4)
    sys.setrecursionlimit(usual_limit)


def _use_pandas() -> None:
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(16):
            frame = pandas.DataFrame({"a": [1, 2, 2], "b": ["x", "y", "y"], "c": [1.5, None, 2.5]})
            frame["d"] = pandas.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"])
            frame[frame["a"] > 1].sort_values("c").reset_index(drop=True)
            frame.groupby("b")["a"].sum()
            frame.groupby("b").agg({"a": "mean", "c": "max"})
            frame.merge(frame, on="a").drop_duplicates().fillna(0)
            frame["b"].str.upper().map(len).apply(lambda value: value + 1)
            frame.apply(lambda row: row["a"], axis=1)
            pandas.concat([frame, frame]).loc[:, ["a", "b"]].iloc[0:2].T
            frame.set_index("b").rename(columns={"a": "e"}).astype({"e": float}).drop(columns=["c"])
            frame["a"].value_counts().to_dict()
            frame.equals(frame.copy())
            codec.to_json(codec.Encoder(lambda _value: [0, "object", "", []]).encode(frame))
            str(frame)
