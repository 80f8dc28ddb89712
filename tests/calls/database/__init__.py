"""Tests of calls/database."""
