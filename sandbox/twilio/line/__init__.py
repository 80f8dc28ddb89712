"""The sound of a telephone line: 20 ms frames, tones, background noise, and what can be detected in it.

Decided here: how a line sounds and where speech begins and ends; nothing here knows a call. Imported by every other
package of ``sandbox.twilio``. Tests: ``tests/sandbox/twilio/line/``.
"""
