"""The fixed sentences of an AI call, in one place, so that both engines say the same and can render them in advance.

The sentences of transfers, inbound calls and calls between people are in `calls/call_flows/`.
"""

from calls.compliance.opt_out_words import FAREWELL

# While an answer or a tool takes long, the first one first. A filler is not an answer: the model never sees it.
FILLERS = ("One moment, please.", "I'm still looking, just a second.", "Thank you for waiting.")
FILLER = FILLERS[0]

# Nobody spoke, or nothing could be understood: the first one first.
NOT_HEARD = ("Are you still there?", "I'm sorry, I can't hear you. Are you there?")
NOT_UNDERSTOOD = (
    "Sorry, I didn't catch that. Could you say it again?",
    "The line is a bit rough. Could you say that once more, a little slower?",
)
GIVING_UP = "I'm having trouble hearing you, so one of our agents will call you back. Goodbye."

# The model failed, or the line came back from elsewhere.
APOLOGY = "I'm sorry, I lost you for a moment. Could you say that again?"
CUT_SHORT = "Sorry, I lost my train of thought. What would you like to know?"
BACK_AGAIN = "Sorry about that, the line dropped for a second. Please go on."

# A colleague takes the call, or nobody can.
HAND_OVER = "I'm putting you through to a colleague now. Please stay on the line."
SOMEBODY_ELSE = (
    "I'm sorry, I'm having technical trouble. Let me put you through to a colleague. Please stay on the line."
)
NOBODY_FREE = "I'm sorry, nobody is free right now, so a colleague will call you back. What else can I help you with?"
PROMISE = "I'm sorry, I'm having technical trouble on this line. One of our agents will call you back shortly. Goodbye."

# After a "stop" that may be meant otherwise: a yes to it is an opt-out (calls/compliance/opt_out_words.py).
SURE_TO_STOP = "Just to be sure: do you want us to stop calling you? Please say yes or no."
OPTED_OUT = FAREWELL
GOODBYE = "Thank you for your time. Goodbye."

# rendered ahead, beside the opening
CONVERSATIONAL = (*FILLERS, *NOT_HEARD, *NOT_UNDERSTOOD, APOLOGY, CUT_SHORT, SURE_TO_STOP)
REALTIME = (FILLER, HAND_OVER, OPTED_OUT)  # likewise
