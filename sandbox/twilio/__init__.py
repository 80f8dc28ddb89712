"""Twilio's voice side: REST API, TwiML in real time, signed webhooks, media streams, recordings."""
