"""Checks the codec with the interpreter that runs this: `codec_round_trip.py SANDBOX_FOLDER`. Prints one line a failure."""

import collections
import datetime
import decimal
import fractions
import json
import random
import sys
import uuid
import warnings

sys.path.insert(0, sys.argv[1])

import codec  # noqa: E402
import decoder as decoding  # noqa: E402

warnings.simplefilter("ignore")
encoder = codec.Encoder(lambda value: [0, "object", type(value).__name__, []])
decoder = decoding.Decoder(lambda description: ("handle", description), lambda number: ("known", number))
Named = collections.namedtuple("Named", "first second")


def round_trip(value):
    return decoder.read(codec.from_json(codec.to_json(encoder.encode(value)).encode("ascii")))


def standard_values():
    zone = datetime.timezone(datetime.timedelta(hours=2))
    return [
        *(0, -(1 << 63), 1 << 200, True, None, ..., 1.5, float("nan"), float("inf"), -0.0, 1 + 2j, int, ValueError),
        *("é\ud800\x00", b"\x00\xff", bytearray(b"1"), [], [1, [2]], (), (1,), {1: "a", (1, 2): [3]}, {1, 2}, set()),
        *(frozenset([1]), range(3, 9, 2), slice(1, None), {}.keys(), {1: 2}.keys(), {1: 2}.items()),
        *(datetime.datetime(2020, 1, 2, 3, 4, 5, 6, fold=1), datetime.datetime(2020, 1, 1, tzinfo=zone)),
        *(datetime.date(2020, 1, 1), datetime.time(1, 2, tzinfo=zone), datetime.timedelta(1, 2, 3), zone),
        *(decimal.Decimal("1.20"), fractions.Fraction(1, 3), uuid.UUID(int=5)),
        *(collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1, 2], 5)),
        *(collections.defaultdict(list, {1: [2]}), collections.defaultdict(lambda: 0)),
    ]


def array_values():
    try:
        import numpy
    except ImportError:
        return []
    return [
        *(numpy.arange(6).reshape(2, 3), numpy.float64(1.5), numpy.int8(3), numpy.bool_(True), numpy.str_("x")),
        *(numpy.array(["a", "bb"]), numpy.array([1, "a", None], object), numpy.datetime64("2020-01-01")),
        *(numpy.array([], float), numpy.zeros((0, 3)), numpy.array(5), numpy.matrix([[1, 2]]), numpy.array([1 + 2j])),
        *(numpy.ma.array([1, 2, 3], mask=[0, 1, 0]), numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])),
        *(numpy.dtype("int32"), numpy.dtype("O"), numpy.float32, numpy.longdouble(1.1)),
    ]


def frame_values():
    try:
        import pandas
    except ImportError:
        return []
    dates = pandas.date_range("2020", periods=3, tz="Europe/Berlin", name="t")
    columns = [
        *([1, 2, None], ["a", None], [True, False], [[1], {2: 3}], [pandas.Timestamp("2020"), "x"]),
        *(pandas.array([1, None], "Int64"), pandas.array([True, None], "boolean"), pandas.array([1.5, None], "Float32")),
        *(pandas.array(["a", None], "string"), pandas.Categorical(["b", "a"], ordered=True), pandas.interval_range(0, 2)),
        *(pandas.arrays.SparseArray([0, 0, 1]), pandas.period_range("2020", periods=2, freq="D"), dates, dates - dates[0]),
    ]
    series = [pandas.Series(column) for column in columns]
    indexes = [
        *(pandas.Index([1, 2], name="x"), pandas.Index(["a", "b"]), pandas.RangeIndex(5), pandas.Index([1.5, 2]), dates),
        *(pandas.period_range("2020", periods=3, freq="M"), pandas.timedelta_range("1d", periods=3), pandas.Index([])),
        *(pandas.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["x", None]), pandas.CategoricalIndex(["a", "b"])),
        *(pandas.interval_range(0, 3), pandas.Index([True, False]), pandas.date_range("2020", periods=3)),
    ]
    grouped = pandas.DataFrame({"g": [1, 1, 2], "v": [1, 2, 3]}).groupby("g").agg(["sum", "mean"])
    frames = [
        *(pandas.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [1.5, None]}), pandas.DataFrame(index=[1, 2]), grouped),
        *(pandas.DataFrame(), pandas.DataFrame(columns=["a", "b"]), pandas.DataFrame([[1, 2]], columns=["a", "a"])),
        *(pandas.DataFrame({"a": [1]}).T, pandas.DataFrame({"a": [1, 2, 3]}, index=pandas.Index([1, 1, 2], name="d"))),
    ]
    scalars = [
        *(pandas.Timestamp("2020"), pandas.Timestamp("2020", tz="Asia/Tokyo"), pandas.NaT, pandas.NA, frames[0].dtypes),
        *(pandas.Timedelta("1d"), pandas.Period("2020-01", "M"), pandas.Interval(0, 1, "left"), pandas.offsets.MonthEnd(2)),
        *(pandas.Categorical(["a", "b"]), pandas.CategoricalDtype(["a"]), pandas.Int64Dtype(), pandas.array([1, None])),
    ]
    return [*series, *indexes, *frames, *scalars]


def random_value(depth):
    kind = random.randrange(10 if depth else 5)
    if kind < 5:
        return [random.randint(-(10**30), 10**30), random.random(), "x" * random.randrange(5), None, True][kind]
    items = [random_value(depth - 1) for _ in range(random.randrange(4))]
    keys = [random_value(0) for _ in items]
    return [items, tuple(items), dict(zip(keys, items)), set(keys), collections.deque(items)][kind - 5]


def assert_same(value, result):
    assert type(result) is type(value), f"{type(result)} is not {type(value)}"
    module = type(value).__module__
    if module.startswith("pandas") and hasattr(value, "equals") and hasattr(value, "index") or "ndexes" in module:
        import pandas.testing as testing

        name = next(name for name in ("frame", "series", "index") if name in type(value).__name__.lower())
        getattr(testing, f"assert_{name}_equal")(result, value)
        assert getattr(result, "freq", None) == getattr(value, "freq", None)
    elif type(value).__name__ == "ndarray":
        assert (result.dtype, result.shape, result.tolist()) == (value.dtype, value.shape, value.tolist())
        assert result.flags.writeable
    elif isinstance(value, collections.defaultdict) and value.default_factory not in (list, int):
        assert result.default_factory is None and dict(result) == dict(value)
    else:
        assert describe(result) == describe(value), f"{result!r} is not {value!r}"


def describe(value):
    """Like repr, but sets have no order."""
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}{sorted(map(describe, value))}"
    if type(value) in (list, tuple, collections.deque):
        return f"{type(value).__name__}{[describe(item) for item in value]}"
    if type(value) is dict:
        return f"dict{[(describe(key), describe(item)) for key, item in value.items()]}"
    return repr(value)


def check(title, value, result=None):
    global checked
    checked += 1
    try:
        assert_same(value, round_trip(value) if result is None else result())
    except Exception as error:
        print(f"{title} {value!r:.80}: {type(error).__name__}: {error}")


def check_reduction():
    """What is more than its base type arrives as its base type."""

    class Everything:
        def __eq__(self, _other):
            return True

        __hash__ = None

    class List(Everything, list):
        pass

    class Text(Everything, str):
        pass

    class Number(Everything, float):
        pass

    check("reduced", [1], lambda: round_trip(List([1])))
    check("reduced", "a", lambda: round_trip(Text("a")))
    check("reduced", 1.5, lambda: round_trip(Number(1.5)))
    check("handle", ("handle", [0, "object", "Everything", []]), lambda: round_trip(Everything()))
    named = round_trip(Named(1, [2]))
    check("named", (1, [2]), lambda: tuple(named))
    check("named", [2], lambda: named.second)


def check_damage(values):
    """Whatever arrives, the decoder gives a value or says that it is unreadable."""
    global checked
    texts = [codec.to_json(encoder.encode(value)) for value in values]
    for _ in range(3000):
        text = random.choice(texts)
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(text) + 1)
            text = text[:at] + random.choice(['"', "[", "]", "{", "}", "0", "-1", "null", ",", ":", ""]) + text[at + 1 :]
        checked += 1
        try:
            decoder.read(codec.from_json(text.encode("utf-8", "replace")))
        except codec.Unreadable:
            pass
        except Exception as error:
            print(f"damaged {text:.120}: {type(error).__name__}: {error}")


checked = 0
random.seed(1)
values = [*standard_values(), *array_values(), *frame_values()]
for each in values:
    check("value", each)
for _ in range(500):
    check("random", random_value(4))
check_reduction()
check_damage(values)
print(json.dumps({"checked": checked, "libraries": sorted({"numpy", "pandas"} & set(sys.modules))}))
