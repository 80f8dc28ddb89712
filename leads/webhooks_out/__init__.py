"""Outgoing webhooks (to come): telling other systems what happened to a lead.

Will be decided here: who is subscribed to what, the payload of each event, its signature, retries, and when a
subscriber that keeps failing is switched off. May import models and the timeline; only the admin and the apps above
may import it. Tests: `tests/leads/webhooks_out/`.
"""
