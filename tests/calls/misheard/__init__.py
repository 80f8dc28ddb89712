"""Mis-hearings of real-estate talk, run through the conversational engine."""
