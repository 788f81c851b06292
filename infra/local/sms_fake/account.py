"""The SMS resources that the fake's account has, and whom it may text from what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from infra.local.sms_fake.contract import Violation, conflict, e164, invalid, not_found, resource_name
from infra.local.sms_fake.texts import MICRODOLLARS, OTHER_PART_PRICE, PART_PRICES, PartPrice, country_of


@dataclass(frozen=True, slots=True)
class EventDestination:
    """Where a configuration set reports, and which event types it subscribes to (TEXT_ALL means each)."""

    topic_arn: str
    event_types: frozenset[str]

    def wants(self, event_type: str) -> bool:
        """Whether the set subscribes to this type."""
        return not self.event_types.isdisjoint({event_type, "TEXT_ALL", "ALL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The SMS resources of the account that the fake plays.

    Every check takes a request that fits the service's model, and raises the TypedError that AWS answers.
    """

    origination_identities: Mapping[str, str]
    """By name (number, sender id or pool): the number or sender id that the phone shows."""
    configuration_sets: Mapping[str, EventDestination]
    opt_out_list: str
    inbound_topic_arn: str
    protect_configurations: frozenset[str] = frozenset()
    blocked_countries: frozenset[str] = frozenset()
    part_prices: Mapping[str, PartPrice] = field(default_factory=lambda: PART_PRICES)
    monthly_spend_limit_dollars: int = 1_000
    keyword: str = "KEYWORD_000000000000"
    """The keyword that AWS registers for a two-way number."""
    arn_prefix: str = "arn:aws:sms-voice:us-east-1:000000000000"

    def sender(self, request: dict[str, Any]) -> str:
        """What the phone shows as sender; without an identity in the request, AWS picks one."""
        identities = self.origination_identities
        if not identities:
            raise conflict("NO_ORIGINATION_IDENTITIES_FOUND", "The account has no number", "account", "self")
        identity = _known(request, "OriginationIdentity", "phone-number", identities)
        return identities[identity] if identity else next(iter(identities.values()))

    def configuration_set(self, request: dict[str, Any]) -> str | None:
        """The set that reports on the text; without one, nobody learns what became of it."""
        return _known(request, "ConfigurationSetName", "configuration-set", self.configuration_sets)

    def country(self, request: dict[str, Any], opted_out: Collection[str]) -> str:
        """The country that the text goes to, if the opt-out list and the protect configuration let it."""
        _known(request, "ProtectConfigurationId", "protect-configuration", self.protect_configurations)
        number = e164(request["DestinationPhoneNumber"])
        country = country_of(number)
        if country is None:
            violation = Violation("DestinationPhoneNumber", "belongs to no country")
            raise invalid("INVALID_PARAMETER", "The destination phone number is not valid", violation)
        if number in opted_out:
            raise conflict(
                "DESTINATION_PHONE_NUMBER_OPTED_OUT",
                "The destination phone number is opted out",
                "opt-out-list",
                self.opt_out_list,
            )
        if country in self.blocked_countries:
            raise conflict(
                "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
                f"The protect configuration blocks texts to {country}",
                "protect-configuration",
                country,
            )
        return country

    def part_price(self, request: dict[str, Any], country: str, parts: int) -> PartPrice:
        """What a part costs there, if the whole text stays below the request's MaxPrice."""
        part_price = self.part_prices.get(country, OTHER_PART_PRICE)
        price_dollars = Decimal(parts * part_price.message_microdollars) / MICRODOLLARS
        if "MaxPrice" in request and price_dollars > Decimal(request["MaxPrice"]):
            violation = Violation("MaxPrice", "is below the price of this text")
            raise invalid("PRICE_OVER_THRESHOLD", "The text costs more than MaxPrice", violation)
        return part_price


def _known(request: dict[str, Any], member: str, resource_type: str, names: Collection[str]) -> str | None:
    if member not in request:
        return None
    name = resource_name(request[member])
    if name not in names:
        raise not_found(resource_type, request[member])
    return name
