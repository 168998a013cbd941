"""Arrays for the codec: numpy and torch here, pandas in `codec_pandas.py`.

Nothing is imported from those libraries beforehand: a value of theirs can only exist where they are loaded. A description
is a list whose first item names its form; it says dtype, shape and bytes, so that the tester builds every array itself and
never gets a Python object that the codec does not know.
"""

import binascii
import re
import sys
from collections.abc import Callable
from typing import Any

import codec_pandas

_LIBRARIES = ("numpy", "pandas", "torch")
_encoders: dict[type, Callable | None] = {}


def encode(encoder: Any, value: Any, depth: int) -> dict | None:
    """The description of a value of one of the libraries; None for anything else."""
    if isinstance(value, type):
        is_numpy_type = value.__module__ == "numpy" and "numpy" in sys.modules
        encode_kind = _numpy_type if is_numpy_type else None
    else:
        kind = type(value)
        if kind not in _encoders:
            _encoders[kind] = _encoder_of(value, kind)
        encode_kind = _encoders[kind]
    if encode_kind is None:
        return None
    description = encode_kind(encoder, value, depth)
    return None if description is None else {"array": description}


def decode(decoder: Any, description: list) -> Any:
    """The value of a description. Raises what the libraries raise for nonsense."""
    form = description[0]
    decode_form = _DECODERS.get(form) or codec_pandas.DECODERS[form]
    return decode_form(decoder, *description[1:])


def become(value: Any, contents: Any) -> None:
    """Gives an array of the test the contents that its copy has in the candidate. Raises TypeError, ValueError."""
    if type(value) is not type(contents):
        raise TypeError("contents of another type")
    if type(value).__module__ == "numpy":
        if value.dtype != contents.dtype:
            raise ValueError("an array does not change its dtype")
        value.shape = contents.shape
        value[...] = contents
    else:
        codec_pandas.become(value, contents)


def _encoder_of(value: Any, kind: type) -> Callable | None:
    if not any(base.__module__.partition(".")[0] in _LIBRARIES for base in kind.__mro__):
        return None
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if isinstance(value, numpy.ma.MaskedArray):
            return _masked
        if isinstance(value, numpy.ndarray):
            return _array
        if isinstance(value, numpy.generic):
            return _scalar
        if isinstance(value, numpy.dtype):
            return _dtype
    if "pandas" in sys.modules:
        found = codec_pandas.encoder_of(value)
        if found is not None:
            return found
    torch = sys.modules.get("torch")
    if torch is not None:
        if isinstance(value, torch.Tensor):
            return _tensor
        if isinstance(value, torch.dtype):
            return _torch_dtype
    return None


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def describe_dtype(dtype: Any) -> Any:
    """A numpy dtype: its string, or [name, dtype, shape] for each field."""
    if dtype.names is None:
        return dtype.str
    fields = [(name, dtype.fields[name][0]) for name in dtype.names]
    return [[name, describe_dtype(field.base), list(field.shape)] for name, field in fields]


#: Byte order, kind, size and unit. numpy would also accept whole expressions.
_PLAIN_DTYPE = re.compile(r"[<>|=][biufcmMSUV]\d+(\[\w+\])?")


def read_dtype(description: Any) -> Any:
    numpy = sys.modules["numpy"]
    if isinstance(description, str):
        if description != "O" and not _PLAIN_DTYPE.fullmatch(description):
            raise ValueError(f"{description!r} is no dtype")
        return numpy.dtype(description)
    return numpy.dtype([(str(name), read_dtype(field), tuple(shape)) for name, field, shape in description])


def describe_array(encoder: Any, value: Any, depth: int) -> list:
    numpy = sys.modules["numpy"]
    plain = numpy.asarray(value)
    if plain.dtype.hasobject:
        items = [encoder.encode(item, depth) for item in plain.ravel().tolist()]
        return ["objects", list(plain.shape), items]
    return ["array", describe_dtype(plain.dtype), list(plain.shape), _text(plain.tobytes())]


def _array(encoder: Any, value: Any, depth: int) -> list:
    description = describe_array(encoder, value, depth)
    if isinstance(value, sys.modules["numpy"].matrix):
        return ["matrix", description]
    return description


def _masked(encoder: Any, value: Any, depth: int) -> list:
    numpy = sys.modules["numpy"]
    mask = describe_array(encoder, numpy.ma.getmaskarray(value), depth)
    return ["masked", describe_array(encoder, value.data, depth), mask]


def _scalar(encoder: Any, value: Any, depth: int) -> list | None:
    numpy = sys.modules["numpy"]
    array = numpy.asarray(value)
    return None if array.dtype.hasobject else ["scalar", describe_dtype(array.dtype), _text(array.tobytes())]


def _dtype(_encoder: Any, value: Any, _depth: int) -> list:
    return ["dtype", "O"] if value.hasobject and value.names is None else ["dtype", describe_dtype(value)]


def _numpy_type(_encoder: Any, value: Any, _depth: int) -> list | None:
    numpy = sys.modules["numpy"]
    is_scalar_type = issubclass(value, numpy.generic) and getattr(numpy, value.__name__, None) is value
    return ["numpy type", value.__name__] if is_scalar_type else None


def _tensor(_encoder: Any, value: Any, _depth: int) -> list:
    torch = sys.modules["torch"]
    flat = value.detach().cpu().contiguous().reshape(-1)
    data = bytes(flat.view(torch.uint8).tolist()) if flat.numel() else b""
    return ["tensor", str(value.dtype).removeprefix("torch."), list(value.shape), _text(data)]


def _torch_dtype(_encoder: Any, value: Any, _depth: int) -> list:
    return ["torch dtype", str(value).removeprefix("torch.")]


def _read_bytes(dtype: Any, shape: list, text: str) -> Any:
    numpy = sys.modules["numpy"]
    kind = read_dtype(dtype)
    if kind.hasobject:
        raise ValueError("objects do not come as bytes")
    data = binascii.a2b_base64(text)
    if not data:
        # Memory that nobody wrote may still hold what the test expects.
        if kind.itemsize > 0 and 0 not in shape:
            raise ValueError("bytes are missing")
        return numpy.zeros(shape, kind)
    return numpy.frombuffer(bytearray(data), kind).reshape(shape)


def _read_objects(decoder: Any, shape: list, items: list) -> Any:
    numpy = sys.modules["numpy"]
    array = numpy.empty(len(items), object)
    for position, item in enumerate(items):
        array[position] = decoder.decode(item)
    return array.reshape(shape)


def _read_scalar(_decoder: Any, dtype: Any, text: str) -> Any:
    return _read_bytes(dtype, [], text)[()]


def _read_masked(decoder: Any, data: list, mask: list) -> Any:
    return sys.modules["numpy"].ma.MaskedArray(decode(decoder, data), mask=decode(decoder, mask))


def _read_numpy_type(_decoder: Any, name: str) -> Any:
    numpy = sys.modules["numpy"]
    kind = getattr(numpy, name)
    if not (isinstance(kind, type) and issubclass(kind, numpy.generic)):
        raise TypeError(f"{name} is no type of numpy's")
    return kind


def _torch_dtype_of(name: str) -> Any:
    torch = sys.modules["torch"]
    kind = getattr(torch, name)
    if not isinstance(kind, torch.dtype):
        raise TypeError(f"{name} is no dtype of torch's")
    return kind


def _read_tensor(_decoder: Any, dtype: str, shape: list, text: str) -> Any:
    torch = sys.modules["torch"]
    kind = _torch_dtype_of(dtype)
    data = bytearray(binascii.a2b_base64(text))
    if not data:
        if 0 not in shape:
            raise ValueError("bytes are missing")
        return torch.zeros(shape, dtype=kind)
    return torch.frombuffer(data, dtype=kind).reshape(shape)


_DECODERS: dict[str, Callable] = {
    "array": lambda _decoder, dtype, shape, text: _read_bytes(dtype, shape, text),
    "objects": _read_objects,
    "matrix": lambda decoder, description: sys.modules["numpy"].matrix(decode(decoder, description)),
    "masked": _read_masked,
    "scalar": _read_scalar,
    "dtype": lambda _decoder, description: read_dtype(description),
    "numpy type": _read_numpy_type,
    "tensor": _read_tensor,
    "torch dtype": lambda _decoder, name: _torch_dtype_of(name),
}

codec_pandas.use(describe_array, decode)
