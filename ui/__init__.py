"""The ways in: command line, terminal chat, JSON lines, and the chat page."""
