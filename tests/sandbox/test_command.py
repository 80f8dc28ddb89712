"""The command and its exit status."""

import socket
import sys

import pytest

from sandbox.command import main


def test_a_port_that_is_taken_ends_it_with_a_reason(monkeypatch: pytest.MonkeyPatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(sys, "argv", ["sandbox", "--port", str(taken.getsockname()[1])])
        assert main() == 1
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


def test_an_option_nobody_knows_is_answered_with_the_usage(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sandbox", "--nonsense", "1"])
    with pytest.raises(SystemExit):
        main()
    assert "--ring-seconds" in capsys.readouterr().err
