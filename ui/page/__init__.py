"""The chat page, one view a file."""
