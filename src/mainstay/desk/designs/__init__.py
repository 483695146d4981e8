"""Trials: who gets a play and who waits is drawn before anything happens, so that its effect can be told."""
