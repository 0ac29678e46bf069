"""The SM2 curve (GB/T 32918.5): its numbers, and which keys belong to it. Keys and scalars are big-endian bytes."""

from functools import lru_cache

SCALAR_SIZE = 32
POINT_SIZE = 64

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0


def to_bytes(*numbers: int) -> bytes:
    """Each number as 32 bytes, one after the other."""
    return b"".join(number.to_bytes(SCALAR_SIZE, "big") for number in numbers)


def halves(pair: bytes) -> tuple[int, int]:
    """The two numbers of 64 bytes: X and Y of a point, or r and s of a signature."""
    return int.from_bytes(pair[:SCALAR_SIZE], "big"), int.from_bytes(pair[SCALAR_SIZE:], "big")


@lru_cache(maxsize=1024)
def is_public(key: bytes) -> bool:
    """Whether X‖Y is a point of the curve. Its group has prime order, so any such point is a sound key."""
    if len(key) != POINT_SIZE:
        return False
    x, y = halves(key)
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def is_private(key: bytes) -> bool:
    """Whether the scalar is in 1..n-2 (GB/T 32918.1, 6.1): n-1 has no signature, since 1 + d has no inverse."""
    return len(key) == SCALAR_SIZE and 1 <= int.from_bytes(key, "big") <= N - 2


def is_signature(r: int, s: int) -> bool:
    """Whether r and s are in 1..n-1 and r + s is not n (GB/T 32918.2, 7.1, steps B1, B2 and B5)."""
    return 0 < r < N and 0 < s < N and r + s != N
