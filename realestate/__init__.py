"""The composition root: settings, URLs and the ASGI application. Nothing imports it but tests."""
