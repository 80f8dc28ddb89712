"""What both AI call types say and may do: persona, briefing, tools, guards."""
