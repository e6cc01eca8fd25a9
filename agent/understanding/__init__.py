"""Understand messages: mentions, roles and the change they make; the corpus behind it."""
