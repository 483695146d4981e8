"""What of our goods goes to whom: forecasts and stock of a season, allocation of what is short."""
