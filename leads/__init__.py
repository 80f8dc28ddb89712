"""The CRM: who we talk to and what we offer."""
