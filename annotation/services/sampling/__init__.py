"""Sampling designs: pure functions from ids and numbers to what is drawn, one design a file."""

from annotation.services.sampling.drawn import CannotDraw, Drawn

__all__ = ["CannotDraw", "Drawn"]
