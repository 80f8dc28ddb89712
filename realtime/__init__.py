"""Whatever lives on a WebSocket: the media-stream bridge and the live pages."""
