"""Identifiers made of values handed in: a time and some random bytes."""

from __future__ import annotations

ENTROPY_BYTES = 10


def uuid7(unix_ms: int, entropy: bytes) -> str:
    """Give a version 7 UUID (RFC 9562): 48 bits of milliseconds, the rest from ten random bytes."""
    if len(entropy) != ENTROPY_BYTES or not 0 <= unix_ms < 1 << 48:
        raise ValueError(f"a UUIDv7 takes {ENTROPY_BYTES} random bytes and milliseconds since 1970, not {unix_ms}")
    noise = int.from_bytes(entropy, "big")
    rand_a, rand_b = noise >> 68, noise & ((1 << 62) - 1)
    value = unix_ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
