"""Dates in lists with the month as a word: 11/10/2026 is read differently on each side of a sea."""

SHORT_DATE_FORMAT = "N j, Y"
SHORT_DATETIME_FORMAT = "N j, Y, P"
