"""Which entries somebody needs to judge one case, declaration or rule, and why each of them."""
