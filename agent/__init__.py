"""The minds that read and write, their settings, and the recommender of all parts together."""
