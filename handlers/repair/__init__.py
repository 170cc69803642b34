"""Repairing what is published: corrections and retractions, from the command to what is owed."""
