"""Who is who at an account, who of ours knows them, and how the relationship stands."""
