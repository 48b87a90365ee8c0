"""What is asked about rules, answered on two axes: lists, lives, what ends, what is missing."""
