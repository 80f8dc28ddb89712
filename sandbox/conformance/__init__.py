"""Is everything the sandbox takes and sends what the real vendors take and send?

``shapes`` knows Twilio's (``twilio.json``), ``judges`` every HTTP operation's, ``examiner`` reads what passes on the
wire, ``report`` adds up what was checked. Realtime events and webhooks are checked where they leave and arrive.
"""
