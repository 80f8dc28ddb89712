"""Authentication of the JSON API: a staff user, by browser session (with CSRF) or by bearer token."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from calls.api.errors import ApiError
from calls.api.tokens import may_act_for, user_of_token

NOT_STAFF = "Only staff may use this API"


class Token(HttpBearer):
    """`Authorization: Bearer <API token>`. A wrong token is refused even where a session would do."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = user_of_token(token)
        if user is None:
            raise AuthenticationError
        return _staff(user)


class Session(APIKeyCookie):
    """The browser's session; anything but reading needs the CSRF token too."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return None
        if check_csrf(request) is not None:
            raise ApiError(403, "csrf", "The CSRF token is missing or wrong")
        return _staff(user)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        return self(request)


def _staff(user: User) -> User:
    if not user.is_staff:
        raise ApiError(403, "forbidden", NOT_STAFF)
    return user


def staff_user(request: HttpRequest) -> User:
    """The authenticated staff user of an API request."""
    user: User = request.auth  # type: ignore[attr-defined]
    return user


def acting_user(user: User, wanted: str | int | None) -> User:
    """The user in whose name a call is placed: the staff user with the username or id `wanted`, else `user`."""
    if wanted is None or wanted == "":
        return user
    other = _find(str(wanted))
    if other is None:
        raise ApiError(400, "unknown_user", "userId names no active staff user")
    if not may_act_for(user, other):
        raise ApiError(403, "forbidden", "Only managers may place calls in another's name")
    return other


def _find(wanted: str) -> User | None:
    if not wanted.isprintable():
        return None
    staff = User.objects.filter(is_staff=True, is_active=True)
    found = staff.filter(username=wanted).first()
    if found is None and wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        found = staff.filter(pk=int(wanted)).first()
    return found
