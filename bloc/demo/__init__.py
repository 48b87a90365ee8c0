"""The story of 2026, played through the public interfaces: chapters as data, one player, tables to read."""
