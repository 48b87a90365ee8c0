"""From the bytes of a submission to its answer; both doors lead here."""
