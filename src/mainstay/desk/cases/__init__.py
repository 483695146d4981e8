"""What is done about accounts: my week, cases with their steps, what is put off."""
