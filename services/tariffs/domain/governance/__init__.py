"""Who may speak for the bloc: parties and mandates, rule books, four eyes, and cases before courts."""
