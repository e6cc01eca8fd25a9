"""What answers are made of: wordings in every language."""
