"""TwiML: parsing a document, checking its attributes, resolving its URLs. Pure.

Decided here: which documents Twilio accepts, and with which error codes it rejects the others. Imported by every other
package of ``sandbox.twilio`` but ``line``. Tests: ``tests/sandbox/twilio/twiml/``.
"""

from sandbox.twilio.twiml.document import Document, TwimlError, Verb, parse

__all__ = ["Document", "TwimlError", "Verb", "parse"]
