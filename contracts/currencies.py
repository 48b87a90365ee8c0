"""ISO 4217: the currencies that an amount may be in, and how many decimals each has.

Carried as data and not taken from a library: an event that decodes today must decode for ever, on any
machine, whatever release of a code list is installed there. A currency that leaves the standard stays here.
Source: ISO 4217 list one (SIX, amendment 179 of 2025) without funds, metals and testing codes.
"""

from collections.abc import Mapping
from types import MappingProxyType

_TWO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY
COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

_DIGITS: dict[str, int] = {
    code: digits for codes, digits in ((_TWO, 2), (_NONE, 0), (_THREE, 3)) for code in codes.split()
}

MINOR_UNIT_DIGITS: Mapping[str, int] = MappingProxyType(_DIGITS)
"""Currency code to the number of decimals of its minor unit: USD 2, JPY 0, BHD 3."""
