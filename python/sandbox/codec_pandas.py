"""pandas values for the codec, through pandas' public interface only, so that versions 1.5 to 3 all work."""

import sys
from collections.abc import Callable
from typing import Any

_describe_array: Callable = lambda *_: None  # noqa: E731
_decode: Callable = lambda *_: None  # noqa: E731


def use(describe_array: Callable, decode: Callable) -> None:
    """Given by `codec_arrays`, which imports this module."""
    global _describe_array, _decode
    _describe_array, _decode = describe_array, decode


def _pandas() -> Any:
    return sys.modules["pandas"]


def encoder_of(value: Any) -> Callable | None:
    """How a value is described; None when it is none of the kinds known here."""
    pandas = _pandas()
    if value is pandas.NaT:
        return lambda *_: ["not a time"]
    if value is pandas.NA:
        return lambda *_: ["not available"]
    kinds = [
        (pandas.DataFrame, _frame),
        (pandas.Series, _series),
        (pandas.Index, _index),
        (pandas.Timestamp, _timestamp),
        (pandas.Timedelta, _timedelta),
        (pandas.Period, lambda _encoder, period, _depth: ["period", period.ordinal, period.freqstr]),
        (pandas.Interval, _interval),
        (pandas.api.extensions.ExtensionArray, lambda *arguments: ["column", _column(*arguments)]),
        (pandas.api.extensions.ExtensionDtype, _dtype),
        (pandas.offsets.BaseOffset, _offset),
    ]
    return next((encode for kind, encode in kinds if isinstance(value, kind)), None)


def _zone(zone: Any) -> Any:
    """A zone's name, or its seconds from UTC."""
    if zone is None:
        return None
    offset = zone.utcoffset(None)
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    return str(name) if name is not None or offset is None else offset.total_seconds()


def _read_zone(zone: Any) -> Any:
    if zone is None or isinstance(zone, str):
        return zone
    datetime = sys.modules["datetime"]
    return datetime.timezone(datetime.timedelta(seconds=zone))


# ------------------------------------------------------------------ scalars


def _timestamp(encoder: Any, value: Any, depth: int) -> list:
    return ["timestamp", encoder.encode(value.to_datetime64(), depth), _zone(value.tzinfo)]


def _read_timestamp(decoder: Any, moment: Any, zone: Any) -> Any:
    timestamp = _pandas().Timestamp(decoder.decode(moment))
    return timestamp if zone is None else timestamp.tz_localize("UTC").tz_convert(_read_zone(zone))


def _timedelta(encoder: Any, value: Any, depth: int) -> list:
    return ["timedelta", encoder.encode(value.to_timedelta64(), depth)]


def _interval(encoder: Any, value: Any, depth: int) -> list:
    return ["interval", encoder.encode(value.left, depth), encoder.encode(value.right, depth), value.closed]


def _offset(_encoder: Any, value: Any, _depth: int) -> list | None:
    try:
        readable = _pandas().tseries.frequencies.to_offset(value.freqstr) == value
    except ValueError:
        readable = False
    return ["offset", value.freqstr] if readable else None


def _dtype(encoder: Any, value: Any, depth: int) -> list:
    if isinstance(value, _pandas().CategoricalDtype):
        return ["categories", encoder.encode(value.categories, depth), value.ordered]
    return ["extension dtype", str(value)]


# ------------------------------------------------------------------ columns


def _column(encoder: Any, value: Any, depth: int) -> list:
    """An array of one dimension, whatever holds it."""
    pandas, numpy = _pandas(), sys.modules["numpy"]
    dtype = value.dtype
    masked = (pandas.arrays.IntegerArray, pandas.arrays.FloatingArray, pandas.arrays.BooleanArray)
    is_masked = isinstance(value, masked)
    if isinstance(dtype, numpy.dtype) or (hasattr(dtype, "numpy_dtype") and not is_masked):
        return ["plain", _describe_array(encoder, value, depth)]
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = _describe_array(encoder, value.codes, depth)
        return ["categorical", codes, encoder.encode(value.categories, depth), bool(value.ordered)]
    if isinstance(dtype, pandas.DatetimeTZDtype):
        utc = pandas.DatetimeIndex(value).tz_convert("UTC").tz_localize(None)
        return ["zoned", _describe_array(encoder, utc, depth), _zone(dtype.tz)]
    if isinstance(dtype, pandas.PeriodDtype):
        ordinals = numpy.asarray(pandas.PeriodIndex(value).asi8)
        return ["periods", _describe_array(encoder, ordinals, depth), str(dtype)]
    if isinstance(dtype, pandas.IntervalDtype):
        return ["intervals", encoder.encode(value.left, depth), encoder.encode(value.right, depth), value.closed]
    if isinstance(dtype, pandas.SparseDtype):
        dense = _describe_array(encoder, numpy.asarray(value), depth)
        return ["sparse", dense, encoder.encode(dtype.fill_value, depth)]
    if is_masked:
        missing = numpy.asarray(value.isna())
        values = value.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return ["masked", str(dtype), _describe_array(encoder, values, depth), _describe_array(encoder, missing, depth)]
    items = [None if item is pandas.NA else item for item in numpy.asarray(value, dtype=object).tolist()]
    return ["items", str(dtype), [encoder.encode(item, depth) for item in items]]


def _read_masked(decoder: Any, dtype: str, values: list, missing: list) -> Any:
    pandas = _pandas()
    kinds = {"b": pandas.arrays.BooleanArray, "f": pandas.arrays.FloatingArray}
    data = _decode(decoder, values)
    column = kinds.get(data.dtype.kind, pandas.arrays.IntegerArray)(data, _decode(decoder, missing))
    if str(column.dtype) != dtype:
        raise ValueError(f"{column.dtype} is not {dtype}")
    return column


def _read_zoned(decoder: Any, utc: list, zone: Any) -> Any:
    return _pandas().DatetimeIndex(_decode(decoder, utc)).tz_localize("UTC").tz_convert(_read_zone(zone)).array


def _read_categorical(decoder: Any, codes: list, categories: Any, ordered: bool) -> Any:
    return _pandas().Categorical.from_codes(_decode(decoder, codes), decoder.decode(categories), ordered=ordered)


def _read_periods(decoder: Any, ordinals: list, dtype: str) -> Any:
    pandas = _pandas()
    return pandas.arrays.PeriodArray(_decode(decoder, ordinals), dtype=pandas.api.types.pandas_dtype(dtype))


def _read_items(decoder: Any, dtype: str, items: list) -> Any:
    return _pandas().array([decoder.decode(item) for item in items], dtype=dtype)


_COLUMNS: dict[str, Callable] = {
    "plain": lambda decoder, description: _decode(decoder, description),
    "categorical": _read_categorical,
    "zoned": _read_zoned,
    "periods": _read_periods,
    "intervals": lambda decoder, left, right, closed: _pandas().arrays.IntervalArray.from_arrays(
        decoder.decode(left), decoder.decode(right), closed
    ),
    "sparse": lambda decoder, dense, fill: _pandas().arrays.SparseArray(
        _decode(decoder, dense), fill_value=decoder.decode(fill)
    ),
    "masked": _read_masked,
    "items": _read_items,
}


def _read_column(decoder: Any, description: list) -> Any:
    return _COLUMNS[description[0]](decoder, *description[1:])


# ------------------------------------------------------------------ indexes, series, frames


def _index(encoder: Any, value: Any, depth: int) -> list:
    pandas = _pandas()
    name = encoder.encode(value.name, depth)
    if isinstance(value, pandas.RangeIndex):
        return ["range index", value.start, value.stop, value.step, name]
    if isinstance(value, pandas.MultiIndex):
        levels = [encoder.encode(level, depth) for level in value.levels]
        codes = [_describe_array(encoder, code, depth) for code in value.codes]
        return ["multi index", levels, codes, [encoder.encode(each, depth) for each in value.names]]
    frequency = value.freqstr if isinstance(value, (pandas.DatetimeIndex, pandas.TimedeltaIndex)) else None
    return ["index", _column(encoder, value.array, depth), name, frequency]


def _read_index(decoder: Any, column: list, name: Any, frequency: str | None) -> Any:
    pandas = _pandas()
    data = _read_column(decoder, column)
    dtype = object if data.dtype == object else None
    index = pandas.Index(data, dtype=dtype, name=decoder.decode(name))
    if frequency is not None:
        index.freq = frequency
    return index


def _read_multi_index(decoder: Any, levels: list, codes: list, names: list) -> Any:
    return _pandas().MultiIndex(
        levels=[decoder.decode(level) for level in levels],
        codes=[_decode(decoder, code) for code in codes],
        names=[decoder.decode(name) for name in names],
    )


def _series(encoder: Any, value: Any, depth: int) -> list:
    name = encoder.encode(value.name, depth)
    return ["series", _column(encoder, value.array, depth), encoder.encode(value.index, depth), name]


def _read_series(decoder: Any, column: list, index: Any, name: Any) -> Any:
    pandas = _pandas()
    data = _read_column(decoder, column)
    dtype = object if data.dtype == object else None
    return pandas.Series(data, index=decoder.decode(index), name=decoder.decode(name), dtype=dtype)


def _frame(encoder: Any, value: Any, depth: int) -> list:
    columns = [_column(encoder, value.iloc[:, position].array, depth) for position in range(value.shape[1])]
    return ["frame", columns, encoder.encode(value.columns, depth), encoder.encode(value.index, depth)]


def _read_frame(decoder: Any, columns: list, names: Any, index: Any) -> Any:
    pandas = _pandas()
    rows = decoder.decode(index)
    data = {position: _read_series(decoder, column, index, None) for position, column in enumerate(columns)}
    for column in data.values():
        column.index = rows
    frame = pandas.DataFrame(data, index=rows)
    frame.columns = decoder.decode(names)
    return frame


def become(value: Any, contents: Any) -> None:
    """Gives a series, a frame or an index the contents of another of its type."""
    pandas = _pandas()
    if isinstance(value, pandas.Index):
        value.names = contents.names
    elif isinstance(value, (pandas.Series, pandas.DataFrame)):
        value.__init__(contents)
    else:
        value[:] = contents


DECODERS: dict[str, Callable] = {
    "not a time": lambda _decoder: _pandas().NaT,
    "not available": lambda _decoder: _pandas().NA,
    "timestamp": _read_timestamp,
    "timedelta": lambda decoder, span: _pandas().Timedelta(decoder.decode(span)),
    "period": lambda _decoder, ordinal, frequency: _pandas().Period(ordinal=ordinal, freq=frequency),
    "interval": lambda decoder, left, right, closed: _pandas().Interval(
        decoder.decode(left), decoder.decode(right), closed
    ),
    "offset": lambda _decoder, frequency: _pandas().tseries.frequencies.to_offset(frequency),
    "categories": lambda decoder, categories, ordered: _pandas().CategoricalDtype(decoder.decode(categories), ordered),
    "extension dtype": lambda _decoder, name: _pandas().api.types.pandas_dtype(name),
    "column": _read_column,
    "range index": lambda decoder, start, stop, step, name: _pandas().RangeIndex(
        start, stop, step, name=decoder.decode(name)
    ),
    "multi index": _read_multi_index,
    "index": _read_index,
    "series": _read_series,
    "frame": _read_frame,
}
