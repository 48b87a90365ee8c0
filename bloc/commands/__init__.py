"""One module a command; `bloc/__main__.py` imports each only when it is typed."""
