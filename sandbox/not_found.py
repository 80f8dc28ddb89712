"""The answers to an unknown URL and a wrong method: each vendor's own, which its SDK can parse."""

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


async def wrong_method(request: Request, error: Exception) -> Response:
    """Answers 405, Twilio with 20004 (https://www.twilio.com/docs/api/errors/20004); Polly knows no such operation."""
    path, headers = request.url.path, getattr(error, "headers", None) or {}
    if path.startswith(f"/{API_VERSION}/"):
        answer: Response = rest_errors.method_not_allowed(request.method, path).response()
    elif request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
        return await unknown(request, error)
    elif path.startswith("/v1/"):
        message = f"Only {headers.get('Allow', 'POST')} requests are accepted."
        answer = error_response(405, message, code="method_not_supported")
    else:
        answer = JSONResponse({"error": f"{request.method} is not offered at {path}"}, 405)
    answer.headers.update(headers)
    return answer
