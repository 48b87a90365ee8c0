"""The command that people type: everything here is a thin client of the services or starts them."""
