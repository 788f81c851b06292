"""In which currency loans of a country are owed: counts of texts keep no currency of their own."""

_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
"""https://economy-finance.ec.europa.eu/euro/eu-countries-and-euro_en, as of 2026-01-01."""

CURRENCY_OF = {"CN": "CNY", "GB": "GBP", "IN": "INR", "US": "USD", **dict.fromkeys(_EURO.split(), "EUR")}
"""A country that is not here has its cured loans counted, and no amount."""
