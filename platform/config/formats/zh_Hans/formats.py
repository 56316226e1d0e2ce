"""Numbers as they are written in Chinese shops and reports: 12,480 (CLDR; Django sets no mark)."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
