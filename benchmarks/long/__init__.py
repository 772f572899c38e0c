"""Long and many: what only hours or thousands of clips show. Outside of the tests."""
