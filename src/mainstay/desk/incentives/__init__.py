"""Money that is given to accounts: budgets and what is left, in return for what, until when, with what effect."""
