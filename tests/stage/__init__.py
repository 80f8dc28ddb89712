"""What the soak and the webhook storm share: the house's processes, and a carrier on real wires that follows TwiML."""

VITALS = "/stage/vitals"  # where a watched web process tells of its tasks
