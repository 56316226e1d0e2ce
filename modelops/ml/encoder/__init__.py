"""Fine-tuning of one shared encoder with a head per question and token heads for mentions.

Every module in here may import torch; nothing outside imports this package at module level.
"""
