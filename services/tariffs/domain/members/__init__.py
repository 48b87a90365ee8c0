"""Who is in the bloc on a day, what they promised, and the groups of countries that origins may name."""
