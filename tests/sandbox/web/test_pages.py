"""Files of the sandbox's own pages."""

from starlette.requests import Request

from sandbox.web.pages import file, news


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "method": "GET", "path": "/"})


def test_a_file_the_browser_has_is_not_sent_again():
    first = file("phone.js", request())
    assert first.status_code == 200
    assert file("phone.js", request(if_none_match=first.headers["etag"])).status_code == 304


def test_news_are_sent_when_something_has_changed():
    first = news([1], request())
    assert news([1], request(if_none_match=first.headers["etag"])).status_code == 304
    assert news([1, 2], request(if_none_match=first.headers["etag"])).status_code == 200
