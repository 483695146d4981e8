"""What accounts get for what it costs them, what remains with us, and what rebates still need."""
