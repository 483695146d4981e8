"""Product needs: what is new and who takes it, what shifts, what stopped, what peers buy, what was asked for."""
