"""Measurements, each beside its floor or peer in one run: these figures mean little on their own machine alone."""
