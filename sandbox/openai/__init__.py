"""OpenAI: Realtime over a WebSocket, Chat Completions, transcription; one model behind all of them."""
