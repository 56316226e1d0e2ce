"""Labels in the files of other tools: pure readers and writers around one record.

`registry` lists them. Nothing here asks a database, and no record is safe to show or store: a file
may hold personal data until whoever reads it has redacted it.
"""
