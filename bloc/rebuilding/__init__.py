"""Computing the tree again from the entry bytes: examine what is stored of it, mend it, write it as files."""
