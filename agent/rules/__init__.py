"""The offline mind's reading: grammar and a lexicon made of profile and catalogue."""
