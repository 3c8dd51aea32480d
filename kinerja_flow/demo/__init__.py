"""An invented regency lives through a year: people and course are YAML, played by services."""
