"""Whether a text does harm: complaints, opt-outs or wrong numbers above what the lender allows, on any look.

The evidence is a likelihood ratio, mixed over several rates above the allowed one. While the true rate is within
what is allowed it is a supermartingale, so it ever reaches 1 / alpha with at most the probability alpha, however
often one looks (Ville 1939; Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49, 2021).
It is exact for few events, and needs no history: only contacts and events so far.
"""

from math import exp, inf, lgamma, log, log1p

from msgspec import Struct

RAIL_ALPHA = 0.01
"""How often a rail may stop an arm that does no more harm than is allowed; each rail of each arm has its own."""
TIMES = (1.5, 2.0, 3.0, 5.0, 10.0)
"""How many times the allowed rate a harmful text may cause, all taken as equally likely."""
MOST_CONTACTS = 500_000


class Reading(Struct, frozen=True):
    """One rail of one arm."""

    rate: float
    evidence: float
    """How many times likelier the events are under harm than under the most that is allowed."""
    is_tripped: bool


def read_rail(contacts: int, events: int, most: float, least_contacts: int = 0, alpha: float = RAIL_ALPHA) -> Reading:
    """`most` is the highest rate of events a contact that is allowed. Fewer than `least_contacts` never trip.

    One contact has at most one event: the second complaint about the same text does not count again.
    """
    if not 0 < most < 1:
        raise ValueError(f"the most allowed rate is {most}: write a share above 0 and below 1, such as 0.005")
    if not 0 <= events <= contacts:
        raise ValueError(f"{events} events in {contacts} contacts: count each contact once")
    evidence = _evidence(contacts, events, most)
    return Reading(
        rate=events / contacts if contacts else 0.0,
        evidence=evidence,
        is_tripped=contacts >= max(1, least_contacts) and evidence >= 1 / alpha,
    )


def contacts_to_know(most: float, rate: float, power: float = 0.9, alpha: float = RAIL_ALPHA) -> int:
    """After how many contacts a rail has, with this power, tripped for a text that harms at `rate`."""
    if rate <= most:
        raise ValueError(f"a rate of {rate} is allowed: nothing trips a rail of {most}")
    high = 1
    while _trips(high, most, rate, alpha) < power:
        high *= 2
        if high > MOST_CONTACTS:
            raise ValueError(f"{rate} is too near to the allowed {most} to be told from it")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _trips(middle, most, rate, alpha) >= power else (middle, high)
    return high


def _evidence(contacts: int, events: int, most: float) -> float:
    rates = [min(most * times, (1 + most) / 2) for times in TIMES]
    ratios = [events * log(rate / most) + (contacts - events) * (log1p(-rate) - log1p(-most)) for rate in rates]
    largest = max(ratios)
    return inf if largest > 700 else exp(largest) * sum(exp(ratio - largest) for ratio in ratios) / len(ratios)


def _trips(contacts: int, most: float, rate: float, alpha: float) -> float:
    """The probability that the rail stands tripped at just this number of contacts."""
    low, high = 0, contacts + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _evidence(contacts, middle, most) >= 1 / alpha else (middle, high)
    return max(0.0, 1 - sum(_binomial(contacts, events, rate) for events in range(high)))


def _binomial(contacts: int, events: int, rate: float) -> float:
    ways = lgamma(contacts + 1) - lgamma(events + 1) - lgamma(contacts - events + 1)
    return exp(ways + events * log(rate) + (contacts - events) * log1p(-rate))
