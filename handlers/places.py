"""Which time zone somebody means who names a place. Pure.

Places are known by the names of `handlers.texts` (the cities and countries of the Arab world, several for each zone),
by the cities that the zones are named after in Arabic and in English, and by the zones' own names. Call what looks a
name up in a thread: it goes through all of them.
"""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from handlers.texts import Texts, Words
from storage.arabic import fold
from storage.localtime import zones

# In the order in which people see them: from the Gulf to the Atlantic, then where many readers live abroad.
CITIES = {
    "Asia/Riyadh": "city.riyadh",
    "Asia/Dubai": "city.dubai",
    "Asia/Kuwait": "city.kuwait",
    "Asia/Qatar": "city.doha",
    "Asia/Bahrain": "city.manama",
    "Asia/Muscat": "city.muscat",
    "Asia/Aden": "city.sanaa",
    "Asia/Baghdad": "city.baghdad",
    "Asia/Amman": "city.amman",
    "Asia/Damascus": "city.damascus",
    "Asia/Beirut": "city.beirut",
    "Asia/Hebron": "city.jerusalem",
    "Asia/Gaza": "city.gaza",
    "Africa/Cairo": "city.cairo",
    "Africa/Khartoum": "city.khartoum",
    "Africa/Tripoli": "city.tripoli",
    "Africa/Tunis": "city.tunis",
    "Africa/Algiers": "city.algiers",
    "Africa/Casablanca": "city.casablanca",
    "Africa/Nouakchott": "city.nouakchott",
    "Africa/Mogadishu": "city.mogadishu",
    "Africa/Djibouti": "city.djibouti",
    "Indian/Comoro": "city.moroni",
    "Europe/Istanbul": "city.istanbul",
    "Europe/London": "city.london",
    "Europe/Paris": "city.paris",
    "Europe/Berlin": "city.berlin",
    "America/New_York": "city.new_york",
}
SUGGESTED = 6
_LONGEST = 60
# How alike, of 100, a name must be to be suggested.
_ALIKE = 70


def zone_of(typed: str, texts: Texts) -> str | None:
    """Return the zone of the place that `typed` names in Arabic or English, however it is spelt, or None."""
    return _names(texts).get(_key(typed))


def near(typed: str, texts: Texts) -> list[str]:
    """Return up to `SUGGESTED` zones of places with names much like `typed`, the likeliest first."""
    names = _names(texts)
    found = process.extract(_key(typed), list(names), scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=4 * SUGGESTED)
    return list(dict.fromkeys(names[name] for name, _, _ in found))[:SUGGESTED]


def city(zone: str, words: Words) -> str:
    """Return the city to call a zone by."""
    return words.plain(CITIES[zone]).partition("|")[0] if zone in CITIES else words.place(zone)


def _names(texts: Texts) -> Mapping[str, str]:
    """Every name of a place, folded, with its zone; of those that several zones have, the one in `CITIES`."""
    cities = {words.language: {zone: _key(words.place(zone)) for zone in zones()} for words in texts.catalogs.values()}
    # Many zones have older names too, such as Japan for Asia/Tokyo: the one with the city's name in it comes last.
    ordered = sorted(zones(), key=lambda zone: (_key(zone).endswith(cities["en"][zone]), zone))
    names = {_key(zone): zone for zone in ordered}
    for city_of in cities.values():
        names.update({city_of[zone]: zone for zone in ordered})
    for words in texts.catalogs.values():
        names.update({_key(name): zone for zone, key in CITIES.items() for name in words.plain(key).split("|")})
    return names


def _key(name: str) -> str:
    return fold(name[:_LONGEST].replace("_", " "))
