MILLION = 1_000_000


def share_of(amount: int, ppm: int) -> int:
    """`ppm` parts per million of a non-negative `amount`, half a minor unit rounded up.

    For amounts that are not negative this is rounding half away from zero.
    """
    return (amount * ppm + 500_000) // MILLION
