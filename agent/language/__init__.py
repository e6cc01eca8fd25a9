"""The language mind: a chat model reads, writes and inspects, and is held to the catalogue."""
