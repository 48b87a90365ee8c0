"""`bloc audit`: where the record comes from, where refused bodies lie, who works, and how the findings are told."""
