"""What assistants may ask of the desk, by the Model Context Protocol; off unless somebody switches it on."""
