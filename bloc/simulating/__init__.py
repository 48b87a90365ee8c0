"""Running a simulation over a history and telling what it found."""
