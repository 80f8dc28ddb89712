"""The answer to an unknown URL: each vendor's own 404, which its SDK can parse."""

import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.openai.access import error_response
from sandbox.twilio import rest_errors
from sandbox.twilio.call.resource import API_VERSION


async def unknown(request: Request, error: Exception) -> Response:
    """Answers 404. The vendor is known by the beginning of the path; Polly and OpenAI share theirs, but not their
    credentials.

    Twilio's body: https://www.twilio.com/docs/api/errors/20404. OpenAI's wording is what its users quote, Amazon's name
    that of its list of common errors.
    """
    path = request.url.path
    if path.startswith(f"/{API_VERSION}/"):
        return rest_errors.not_found(path).response()
    if request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
        headers = {"x-amzn-ErrorType": "UnknownOperationException", "x-amzn-RequestId": str(uuid.uuid4())}
        return JSONResponse({"message": "The requested operation is not recognized."}, 404, headers)
    if path.startswith("/v1/"):
        return error_response(404, f"Invalid URL ({request.method} {path})")
    return JSONResponse({"error": f"nothing at {path}"}, 404)
