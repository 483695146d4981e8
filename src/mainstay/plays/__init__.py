"""What to do: plays, what they would keep and cost, and the choice that people's hours allow."""
