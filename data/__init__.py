"""What a catalogue is: items and profiles, sources, embedding and index."""
