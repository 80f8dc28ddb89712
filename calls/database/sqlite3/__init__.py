"""SQLite for Django, with a limit to how long its lock is waited for."""
