"""What other programs ask of the desk: the doors beside its pages."""
