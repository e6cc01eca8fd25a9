"""Chat models: which one a role uses, and calls that survive what providers do."""
