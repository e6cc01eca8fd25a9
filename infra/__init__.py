"""What the program stands on: errors, state folder, telemetry, and the files that run it."""
