"""Frames over two pipes: four bytes of length, little-endian, then so many bytes.

Not over a socket pair: whoever reads from one of those wakes the other side, which waits for the answer, for nothing.
"""

import os

MOST_BYTES = 32 << 20
"""A longer frame from a candidate is refused: what it returns has to fit."""

MOST_TRUSTED_BYTES = 1 << 30
"""The same for frames from the tester."""

_USUAL_BYTES = 1 << 14


class Closed(Exception):
    """The other side is gone."""


class TooLong(Exception):
    """The other side announced a longer frame than is allowed."""


class Channel:
    """One end of a conversation. Not for more than one thread."""

    def __init__(self, reader: int, writer: int, most_received: int = MOST_BYTES) -> None:
        self._reader = reader
        self._writer = writer
        self._most_received = most_received
        self._rest = b""

    def send(self, payload: bytes) -> None:
        """Raises Closed when nobody listens any more."""
        frame = len(payload).to_bytes(4, "little") + payload
        try:
            # A pipe takes small frames at once.
            written = os.write(self._writer, frame)
            while written < len(frame):
                written += os.write(self._writer, memoryview(frame)[written:])
        except BrokenPipeError:
            raise Closed from None

    def receive(self) -> bytes:
        """Raises Closed at the end of the conversation, TooLong when the frame is too long."""
        data = self._rest or self._read(_USUAL_BYTES)
        while len(data) < 4:
            data += self._read(_USUAL_BYTES)
        end = 4 + int.from_bytes(data[:4], "little")
        if end - 4 > self._most_received:
            raise TooLong(f"{end - 4} bytes")
        if len(data) < end:
            parts = [data]
            missing = end - len(data)
            while missing:
                parts.append(self._read(missing))
                missing -= len(parts[-1])
            data = b"".join(parts)
        # Usually nothing: one side speaks at a time.
        self._rest = data[end:]
        return data[4:end]

    def _read(self, most: int) -> bytes:
        data = os.read(self._reader, most)
        if not data:
            raise Closed
        return data

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)
