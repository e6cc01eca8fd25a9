"""The minds that read and write, their settings, and the recommender that puts the parts together."""
