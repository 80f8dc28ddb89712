"""Ringside in a real Chromium."""
