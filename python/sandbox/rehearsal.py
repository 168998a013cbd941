"""Runs in the zygote what candidates will run. The interpreter specialises code while it runs and libraries fill caches; what
is written before a fork neither has to be done nor to be copied after it."""

import marshal
import sys
import warnings

import candidate
import codec

class _RehearsalOver(Exception):
    pass


class _RehearsalChannel:
    """Stands in for the tester: plays a program and a few calls."""

    def __init__(self, requests: list[bytes]) -> None:
        self._requests = requests

    def send(self, payload: bytes) -> None:
        pass

    def receive(self) -> bytes:
        if not self._requests:
            raise _RehearsalOver
        return self._requests.pop()


def rehearse() -> None:
    """Plays candidates, and the most usual things that they do with a preloaded library."""
    if "pandas" in sys.modules:
        _use_pandas()
    source = "from typing import List\n\ndef first(values: List[int]) -> int:\n    return values[0]\n"
    code = marshal.dumps(compile(source, candidate.SOURCE_NAME, "exec"))
    usual_limit = sys.getrecursionlimit()
    for _ in range(32):
        requests = [b"M" + marshal.dumps((0, "call", ([1, 2],), {})) for _ in range(4)]
        try:
            candidate.Server().run(_RehearsalChannel(requests), code, ["first"])
        except _RehearsalOver:
            pass
    sys.setrecursionlimit(usual_limit)


def _use_pandas() -> None:
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(3):
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
