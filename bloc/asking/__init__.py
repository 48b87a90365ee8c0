"""Answers of the tariffs service from a record alone, with nothing that serves."""
