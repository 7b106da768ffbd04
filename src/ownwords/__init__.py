"""Answers to a visitor's questions in the author's own words."""

__version__ = "0.1.0"
