"""The conversational engine: what a call that talks through `<Gather>` says to each thing heard, and how it is made.

`turn` decides, purely; `reply` stores and speaks; `steps` are the rows. Above `understanding` and `agent`; imported by
`call_flows` and the sweep, which enter through `entries`. Tests: `tests/calls/conversational/`.
"""
