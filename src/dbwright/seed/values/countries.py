"""The countries of ISO 3166-1 with their codes of two and three letters, and currency (ISO 4217)."""

from __future__ import annotations

from functools import cache

import polars as pl

_DATA = """
AF AFG AFN Afghanistan|AL ALB ALL Albania|DZ DZA DZD Algeria|AD AND EUR Andorra|AO AGO AOA Angola|AG ATG XCD Antigua and Barbuda
AR ARG ARS Argentina|AM ARM AMD Armenia|AU AUS AUD Australia|AT AUT EUR Austria|AZ AZE AZN Azerbaijan|BS BHS BSD Bahamas
BH BHR BHD Bahrain|BD BGD BDT Bangladesh|BB BRB BBD Barbados|BY BLR BYN Belarus|BE BEL EUR Belgium|BZ BLZ BZD Belize
BJ BEN XOF Benin|BT BTN BTN Bhutan|BO BOL BOB Bolivia|BA BIH BAM Bosnia and Herzegovina|BW BWA BWP Botswana|BR BRA BRL Brazil
BN BRN BND Brunei|BG BGR EUR Bulgaria|BF BFA XOF Burkina Faso|BI BDI BIF Burundi|CV CPV CVE Cabo Verde|KH KHM KHR Cambodia
CM CMR XAF Cameroon|CA CAN CAD Canada|CF CAF XAF Central African Republic|TD TCD XAF Chad|CL CHL CLP Chile|CN CHN CNY China
CO COL COP Colombia|KM COM KMF Comoros|CG COG XAF Congo|CD COD CDF Democratic Republic of the Congo|CR CRI CRC Costa Rica
CI CIV XOF Côte d’Ivoire|HR HRV EUR Croatia|CU CUB CUP Cuba|CY CYP EUR Cyprus|CZ CZE CZK Czechia|DK DNK DKK Denmark
DJ DJI DJF Djibouti|DM DMA XCD Dominica|DO DOM DOP Dominican Republic|EC ECU USD Ecuador|EG EGY EGP Egypt|SV SLV USD El Salvador
GQ GNQ XAF Equatorial Guinea|ER ERI ERN Eritrea|EE EST EUR Estonia|SZ SWZ SZL Eswatini|ET ETH ETB Ethiopia|FJ FJI FJD Fiji
FI FIN EUR Finland|FR FRA EUR France|GA GAB XAF Gabon|GM GMB GMD Gambia|GE GEO GEL Georgia|DE DEU EUR Germany|GH GHA GHS Ghana
GR GRC EUR Greece|GD GRD XCD Grenada|GT GTM GTQ Guatemala|GN GIN GNF Guinea|GW GNB XOF Guinea-Bissau|GY GUY GYD Guyana
HT HTI HTG Haiti|HN HND HNL Honduras|HK HKG HKD Hong Kong|HU HUN HUF Hungary|IS ISL ISK Iceland|IN IND INR India
ID IDN IDR Indonesia|IR IRN IRR Iran|IQ IRQ IQD Iraq|IE IRL EUR Ireland|IL ISR ILS Israel|IT ITA EUR Italy|JM JAM JMD Jamaica
JP JPN JPY Japan|JO JOR JOD Jordan|KZ KAZ KZT Kazakhstan|KE KEN KES Kenya|KI KIR AUD Kiribati|KP PRK KPW North Korea
KR KOR KRW South Korea|KW KWT KWD Kuwait|KG KGZ KGS Kyrgyzstan|LA LAO LAK Laos|LV LVA EUR Latvia|LB LBN LBP Lebanon
LS LSO LSL Lesotho|LR LBR LRD Liberia|LY LBY LYD Libya|LI LIE CHF Liechtenstein|LT LTU EUR Lithuania|LU LUX EUR Luxembourg
MG MDG MGA Madagascar|MW MWI MWK Malawi|MY MYS MYR Malaysia|MV MDV MVR Maldives|ML MLI XOF Mali|MT MLT EUR Malta
MH MHL USD Marshall Islands|MR MRT MRU Mauritania|MU MUS MUR Mauritius|MX MEX MXN Mexico|FM FSM USD Micronesia|MD MDA MDL Moldova
MC MCO EUR Monaco|MN MNG MNT Mongolia|ME MNE EUR Montenegro|MA MAR MAD Morocco|MZ MOZ MZN Mozambique|MM MMR MMK Myanmar
NA NAM NAD Namibia|NR NRU AUD Nauru|NP NPL NPR Nepal|NL NLD EUR Netherlands|NZ NZL NZD New Zealand|NI NIC NIO Nicaragua
NE NER XOF Niger|NG NGA NGN Nigeria|MK MKD MKD North Macedonia|NO NOR NOK Norway|OM OMN OMR Oman|PK PAK PKR Pakistan
PW PLW USD Palau|PA PAN PAB Panama|PG PNG PGK Papua New Guinea|PY PRY PYG Paraguay|PE PER PEN Peru|PH PHL PHP Philippines
PL POL PLN Poland|PT PRT EUR Portugal|QA QAT QAR Qatar|RO ROU RON Romania|RU RUS RUB Russia|RW RWA RWF Rwanda
KN KNA XCD Saint Kitts and Nevis|LC LCA XCD Saint Lucia|VC VCT XCD Saint Vincent and the Grenadines|WS WSM WST Samoa
SM SMR EUR San Marino|ST STP STN São Tomé and Príncipe|SA SAU SAR Saudi Arabia|SN SEN XOF Senegal|RS SRB RSD Serbia
SC SYC SCR Seychelles|SL SLE SLE Sierra Leone|SG SGP SGD Singapore|SK SVK EUR Slovakia|SI SVN EUR Slovenia|SB SLB SBD Solomon Islands
SO SOM SOS Somalia|ZA ZAF ZAR South Africa|SS SSD SSP South Sudan|ES ESP EUR Spain|LK LKA LKR Sri Lanka|SD SDN SDG Sudan
SR SUR SRD Suriname|SE SWE SEK Sweden|CH CHE CHF Switzerland|SY SYR SYP Syria|TW TWN TWD Taiwan|TJ TJK TJS Tajikistan
TZ TZA TZS Tanzania|TH THA THB Thailand|TL TLS USD Timor-Leste|TG TGO XOF Togo|TO TON TOP Tonga|TT TTO TTD Trinidad and Tobago
TN TUN TND Tunisia|TR TUR TRY Türkiye|TM TKM TMT Turkmenistan|TV TUV AUD Tuvalu|UG UGA UGX Uganda|UA UKR UAH Ukraine
AE ARE AED United Arab Emirates|GB GBR GBP United Kingdom|US USA USD United States|UY URY UYU Uruguay|UZ UZB UZS Uzbekistan
VU VUT VUV Vanuatu|VA VAT EUR Vatican City|VE VEN VES Venezuela|VN VNM VND Vietnam|YE YEM YER Yemen|ZM ZMB ZMW Zambia|ZW ZWE ZWG Zimbabwe
"""


@cache
def countries() -> pl.DataFrame:
    """One line for each country: `code`, `code_3`, `currency` and `name` in English."""
    rows = [tuple(each.split(" ", 3)) for each in _DATA.strip().replace("\n", "|").split("|")]
    return pl.DataFrame(rows, schema=["code", "code_3", "currency", "name"], orient="row")
