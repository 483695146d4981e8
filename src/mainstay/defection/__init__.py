"""Who is leaving: models, states, money at risk."""
