"""One folder a language, data only: grammar, glossary and wordings."""
