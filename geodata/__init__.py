"""Conflict events joined to boundaries, with direction and claims as far as stated.

The package is a library and a command line (``python -m geodata``). It never
imports the dashboard and never prints; it raises :class:`geodata.errors.GeodataError`.
"""

__version__ = "0.1.0"
