"""Places that are people's names as well: after "to", "in", "from" a place more often than not.

Source: general knowledge of the commoner ones; places whose name nobody bears are not needed.
"""

from __future__ import annotations

from typing import Final

from privacy.redaction.recogniser import words

PLACES: Final = words(
    """
    darwin nelson hamilton wellington kingston jackson lincoln madison houston austin dallas denver
    phoenix charlotte florence paris london chelsea victoria adelaide sydney perth orlando boston
    savannah augusta macon raleigh durham virginia carolina georgia dakota montana jordan israel
    chad kenya china india milan verona siena vienna geneva lourdes santiago sofia valencia aurora
    eugene salem boise lansing jefferson carson cleveland lawrence warren arlington clifton lyndon
    nottingham lancaster chester york kent devon derby preston burnley halifax washington
    douglas ayr ross clare kerry tyrone derry carlow killarney cork athlone bray sutton croydon
    clayton camden brooklyn bronx trenton newark princeton stanford berkeley monterey
    regina moncton sudbury brandon vernon kelowna gander melville cairns ballarat geelong logan
    hastings dunedin davao marikina malacca penang patna pune elgin stirling bristol bolton bury
    troy ithaca albany everett hilo kona aberdeen
    """
)
"""In lower case."""
