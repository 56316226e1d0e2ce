"""Sealing: keys kept outside the database, and texts that cannot be read without them.

Knows nothing of Django's models. `cipher` seals and opens; `masters` wrap data keys; `keystore`
holds the wrapped ones; `ring` puts the three together; `ledger` remembers who was erased.
"""
