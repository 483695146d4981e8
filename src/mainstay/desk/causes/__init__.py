"""Why accounts fell: of one account with what speaks for and against, and of all that one sees."""
