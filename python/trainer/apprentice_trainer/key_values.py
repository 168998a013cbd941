"""Keys and values of what a batch has read: rows of different lengths, aligned at their ends, that join and leave."""

import torch
from torch.nn import functional
from transformers import DynamicCache

# Keys and values of one layer, each [rows, heads, length, width].
Layer = tuple[torch.Tensor, torch.Tensor]


class KeyValues:
    """The cache of some rows. `starts`: the column at which each row begins; the columns before it are padding."""

    def __init__(self, layers: list[Layer], starts: torch.Tensor) -> None:
        self.layers = layers
        self.starts = starts

    @property
    def length(self) -> int:
        """Columns, which is the length of the longest row."""
        return self.layers[0][0].shape[2]

    def cache(self) -> DynamicCache:
        """What a model takes as `past_key_values`; it grows there, and `update` takes it back."""
        return DynamicCache(self.layers)

    def update(self, cache: DynamicCache) -> None:
        """Takes the layers of a cache that a model has grown."""
        self.layers = layers_of(cache)

    def mask(self, new: int) -> torch.Tensor:
        """1 for what is text, 0 for padding, with `new` columns for the tokens to come: [rows, length + new]."""
        columns = torch.arange(self.length + new, device=self.starts.device)
        return (columns[None, :] >= self.starts[:, None]).long()

    def keep(self, rows: list[int]) -> None:
        """Drops all other rows, and the padding that no row needs any more."""
        chosen = torch.tensor(rows, device=self.starts.device)
        starts = self.starts[chosen]
        spare = int(starts.min())
        self.starts = starts - spare
        self.layers = [(keys[chosen, :, spare:], values[chosen, :, spare:]) for keys, values in self.layers]

    def repeated(self, times: int) -> "KeyValues":
        """The same row several times."""
        layers = [(keys.expand(times, -1, -1, -1), values.expand(times, -1, -1, -1)) for keys, values in self.layers]
        return KeyValues(layers, self.starts.expand(times))

    def join(self, other: "KeyValues") -> None:
        """Adds the rows of `other` behind these; the shorter ones are padded in front."""
        length = max(self.length, other.length)
        here, there = length - self.length, length - other.length
        self.starts = torch.cat([self.starts + here, other.starts + there])
        self.layers = [
            (_stack(mine[0], theirs[0], here, there), _stack(mine[1], theirs[1], here, there))
            for mine, theirs in zip(self.layers, other.layers, strict=True)
        ]


def layers_of(cache: DynamicCache) -> list[Layer]:
    """Keys and values of every layer."""
    return [(layer.keys, layer.values) for layer in cache.layers]


def _stack(one: torch.Tensor, other: torch.Tensor, pad_one: int, pad_other: int) -> torch.Tensor:
    padded = [functional.pad(part, (0, 0, pad, 0)) for part, pad in ((one, pad_one), (other, pad_other))]
    return torch.cat(padded)
