"""Measures how good recommendations are, by data that no part of the product has seen."""
