"""What a witness promises, as functions of what it is asked and what it holds: no I/O, no clock."""
