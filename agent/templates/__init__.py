"""The offline mind's writing: answers made of sentences and the catalogue's own facts."""
