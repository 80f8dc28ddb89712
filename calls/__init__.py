"""Every phone call, whatever its type: dialling, progress, the agent, conversation, measurement, comparison."""
