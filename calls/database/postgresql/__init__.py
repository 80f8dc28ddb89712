"""PostgreSQL for Django, with a limit to how long it is waited for."""
