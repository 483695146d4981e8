"""The quarterly review: a page and a PDF of what the engine froze of each quarter."""
