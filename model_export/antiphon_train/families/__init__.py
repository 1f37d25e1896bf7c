"""One module for each kind of network: what it sees, its layers, its losses, and its graph for the stage."""
