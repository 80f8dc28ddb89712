"""One module for each `manage.py` command: dialer, sweep, compare_calls, early_answers, api_token."""
