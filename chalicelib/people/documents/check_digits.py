"""Check digits by ISO 7064, as python-stdnum computes them; it is imported when the first number is checked."""

from __future__ import annotations


def mod_11_2(first_17: str) -> str:
    """The 18th character of numbers built like GB 11643 (ISO 7064, MOD 11-2); raises ValueError for no 17 digits."""
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("these numbers begin with 17 digits")
    from stdnum.iso7064 import mod_11_2 as algorithm

    return algorithm.calc_check_digit(first_17)
