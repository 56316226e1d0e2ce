"""Talking to a Label Studio server: addresses, requests, its labelling configuration, its answers.

Plain httpx, which is here already. The vendor's SDK adds 500 MB, pins numpy and dateutil to other
versions than ours, and does nothing that these few requests do not.
"""
