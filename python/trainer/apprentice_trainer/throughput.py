"""How much arithmetic a token costs, and how much the device could do: model FLOPs utilisation."""

import time

import torch
from torch import nn

# Dense matrix products a second in bf16 (fp16 for the older ones), from the makers' data sheets; longest matching
# name first.
_DATA_SHEETS = {
    "B200": 2250e12,
    "H200": 989e12,
    "H100 PCIe": 756e12,
    "H100 NVL": 835e12,
    "H100": 989e12,
    "A100": 312e12,
    "A10G": 70e12,
    "A10": 125e12,
    "L40S": 362e12,
    "L40": 181e12,
    "L4": 121e12,
    "RTX 4090": 165e12,
    "RTX 3090": 71e12,
    "V100": 125e12,
    "T4": 65e12,
}


def flops_per_token(model: nn.Module, length: int) -> float:
    """Floating-point operations that training needs for one token (Chowdhery et al. 2022, PaLM, appendix B).

    Every weight of a matrix product costs 2 operations forwards, 2 for the gradient of its input and, if it is
    trained, 2 for its own; attention costs 12 × layers × width × length. An embedding that is not also the output
    matrix is a look-up and costs nothing.
    """
    configuration = model.config
    tied = getattr(configuration, "tie_word_embeddings", False)
    operations = 0
    for name, parameter in model.named_parameters():
        if parameter.ndim < 2 or ("embed" in name and not tied):
            continue
        operations += parameter.numel() * (6 if parameter.requires_grad else 4)
    heads = configuration.num_attention_heads
    width = heads * (getattr(configuration, "head_dim", None) or configuration.hidden_size // heads)
    return operations + 12 * configuration.num_hidden_layers * width * length


def peak_flops(device: torch.device, dtype: torch.dtype) -> tuple[float, str]:
    """What the device can do a second, and where the figure is from.

    Its data sheet or, for others, a matrix product timed here.
    """
    if device.type == "cuda" and dtype != torch.float32:
        name = torch.cuda.get_device_name(device)
        for model in sorted(_DATA_SHEETS, key=len, reverse=True):
            if model in name:
                return _DATA_SHEETS[model], f"data sheet of {model}"
    return _measured(device, dtype), "measured here by a matrix product"


def _measured(device: torch.device, dtype: torch.dtype) -> float:
    size = 1024 if device.type == "cpu" else 8192
    one = torch.randn(size, size, device=device).to(dtype)
    best = float("inf")
    for _ in range(5):
        _wait(device)
        started = _seconds_of(device)
        one @ one
        _wait(device)
        best = min(best, _seconds_of(device) - started)
    return 2 * size**3 / best


def _seconds_of(device: torch.device) -> float:
    """A clock. Of a processor it counts what its threads got: other programs would make the peak look lower than it is."""
    return time.process_time() / torch.get_num_threads() if device.type == "cpu" else time.perf_counter()


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Speed:
    """Tokens a second, model FLOPs utilisation and the time that is left, smoothed over the last steps."""

    # The share of the newest step in the average.
    _NEWEST = 0.1

    def __init__(self, tokens_per_step: int, flops_per_token: float, peak: float) -> None:
        self._tokens_per_step = tokens_per_step
        self._flops_per_token = flops_per_token
        self._peak = peak
        self._seconds: float | None = None
        self._steps = 0

    def after(self, seconds: float, step: int, steps: int) -> dict[str, float]:
        """The figures after step `step` of `steps`, which took `seconds`.

        The first one warms up (and compiles): the next replaces it.
        """
        self._steps += 1
        if self._seconds is None or self._steps == 2:
            self._seconds = seconds
        else:
            self._seconds += self._NEWEST * (seconds - self._seconds)
        rate = self._tokens_per_step / self._seconds
        return {
            "tokens_per_second": round(rate, 1),
            "mfu": round(rate * self._flops_per_token / self._peak, 4),
            "seconds_left": round((steps - step) * self._seconds, 1),
        }
