"""Room for supervision: listening in, whispering to the agent, barging in, taking over.

Below the dashboard, above the call flows it steers. Nothing is here yet: the take-over is in
`calls/call_flows/warm_transfer.py`.
"""
