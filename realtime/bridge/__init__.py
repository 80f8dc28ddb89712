"""The realtime bridge: every decision about a voice-to-voice call, without a socket or a clock."""
