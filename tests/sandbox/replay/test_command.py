"""The command that replays a log."""

from sandbox.replay.command import main


def test_a_file_that_is_no_log_ends_it_with_2(tmp_path, capsys):
    (tmp_path / "log.json").write_text("[]")
    assert main([str(tmp_path / "log.json")]) == 2
    assert main([str(tmp_path / "none.json")]) == 2
    assert "cannot replay" in capsys.readouterr().err
