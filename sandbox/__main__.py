"""``python -m sandbox`` serves Twilio, OpenAI and Polly until interrupted; ``replay LOG`` plays a recorded call again.

The speech workers are spawned, and a spawned process imports this module again: nothing that takes time to load may
stand outside the condition.
"""

if __name__ == "__main__":
    import sys

    from sandbox import command
    from sandbox.replay import command as replaying

    sys.exit(replaying.main(sys.argv[2:]) if sys.argv[1:2] == ["replay"] else command.main())
