"""Train the learned reader from the corpus; needs the extra `train`."""
