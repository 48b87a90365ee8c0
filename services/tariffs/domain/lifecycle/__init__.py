"""What becomes of a declaration after acceptance: amended, invalidated, reassessed, secured, settled, refunded."""
