"""``python -m sandbox``: Twilio, OpenAI and Polly on this machine until interrupted.

The speech workers are spawned, and a spawned process imports this module again: nothing that takes time to load
may stand outside the condition.
"""

if __name__ == "__main__":
    import sys

    from sandbox.command import main

    sys.exit(main())
