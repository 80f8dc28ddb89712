"""`manage.py demo`, `demo_compare`, `phone_book` and `seed_demo`. Tests: `tests/demo/`."""
