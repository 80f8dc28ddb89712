"""Settings that turn around in silence."""

from tests.trial.items import Item

READER = "tests/realestate/test_settings_reader.py"
DOTENV = "tests/realestate/test_dotenv_file.py"
KINDS = "tests/realestate/test_setting_kinds.py"
STARTED = "tests/realestate/test_settings.py"

ITEMS: tuple[Item, ...] = (
    Item(
        "G1",
        "SECRET_KEY=$q… becomes the development key, BROKERAGE_NAME=$mart… the demo's legal name",
        "the library that read settings took a leading $ for the name of another one and fell back to the default",
        "nothing is interpolated: $name, ${name}, $(command), in the environment, in .env, in quotes, from a file",
        (
            f"{STARTED}::test_dollars_stay_dollars_wherever_they_stand",
            f"{READER}::test_nothing_is_interpolated",
            f"{READER}::test_a_secret_in_a_file_keeps_its_quotes_and_dollars",
        ),
    ),
    Item(
        "G2",
        "a secret from a file keeps its newline",
        "the file's text was taken as it is",
        "CRLF, a byte-order mark, blanks; a file that is missing, empty, a folder, not a text; a value and its file "
        "at once; the secret itself put under NAME_FILE is not shown",
        (
            f"{READER}::test_a_secret_from_a_file_loses_its_line_end",
            f"{READER}::test_a_file_without_a_value_is_a_problem_of_one_line",
            f"{READER}::test_a_secret_under_the_name_of_a_file_is_not_shown",
            f"{READER}::test_a_value_and_its_file_side_by_side_are_a_contradiction",
        ),
    ),
    Item(
        "G3",
        "DATABASE_URL=, MAX_LIVE_CALLS=, EARLY_ANSWERS= crash or turn around",
        "each setting's default counted only where its name was absent",
        "every setting of .env.example left empty is the default; so are blanks, a pair of quotes, what cannot be seen",
        (
            f"{STARTED}::test_an_example_with_everything_left_empty_is_all_defaults",
            f"{READER}::test_empty_means_the_default",
            f"{READER}::test_the_environment_hides_what_stands_in_the_file_also_when_it_is_empty",
        ),
    ),
    Item(
        "G4",
        "A = b, indented lines, a byte-order mark and inline comments in .env",
        "the lines were matched by one pattern, and what did not fit it was skipped",
        "export, quotes, CRLF, UTF-16, lines without =, names written wrongly or twice; scripts ask the same reader",
        (
            DOTENV,
            f"{STARTED}::test_a_file_of_another_system_says_the_same",
            f"{STARTED}::test_the_example_is_a_file_that_starts",
            f"{READER}::test_what_was_probably_not_meant_is_noted",
            f"{READER}::test_a_script_is_told_a_setting_whatever_else_is_wrong",
        ),
    ),
    Item(
        "G5",
        "a space after PUBLIC_URL, ALLOWED_HOSTS without its host, LOG_LEVEL=info",
        "values went on as they were typed, and were believed where a word was not known",
        "numbers with units, signs, inf and foreign digits; flags; URLs without scheme, with path, port, user; zones; "
        "phone numbers; hosts; proxies; names with marks that turn text; each wrong "
        "value one line, all at once, status 1",
        (
            KINDS,
            f"{STARTED}::test_its_own_host_is_always_allowed",
            f"{STARTED}::test_all_that_is_wrong_is_told_at_once_a_line_each_without_a_traceback",
            f"{STARTED}::test_a_command_with_a_wrong_setting_ends_in_a_line",
            f"{STARTED}::test_a_server_with_a_wrong_setting_ends_with_a_line_too",
            f"{STARTED}::test_no_setting_goes_past_the_reader",
            f"{READER}::test_every_wrong_value_is_one_line_and_all_come_at_once",
            f"{READER}::test_what_is_shown_is_short_and_holds_no_password",
        ),
    ),
    Item(
        "G6",
        "a database password with /",
        "a URL was cut at the first / after its host",
        "any password of one line, also with #, ?, : and @; Redis too; sockets; the default's folder with "
        "# or % in its name",
        ("tests/realestate/test_database_url.py", f"{STARTED}::test_a_database_without_a_url_is_the_embedded_one"),
    ),
    Item(
        "G7",
        "production starts with a development key",
        "the check that names it ran only when somebody asked for it",
        "keys that can be guessed; an account with the demo's password; the demo's legal name; commands "
        "and servers alike",
        (
            f"{STARTED}::test_production_does_not_start_with_a_key_that_others_know",
            "tests/realestate/test_signing_key.py",
            "tests/calls/operations/test_checks.py::test_what_must_not_go_live_is_an_error_of_the_deployment",
            "tests/demo/test_published_password.py::test_an_account_that_has_it_is_told_before_it_goes_live",
        ),
    ),
    Item(
        "G8",
        "nothing asks the vendors whether an account, a number, a model or a voice is right before a call is lost",
        "there were checks of settings and a page of what is up, and neither asked what the vendors have",
        "a trial or suspended account, texts only, verified ids, trunks, applications, refused keys, silent "
        "vendors, models near their end, a wrong clock, unapplied migrations, an idle worker, proxies that hide, drop "
        "or invent",
        (
            "tests/calls/operations/test_doctor.py",
            "tests/calls/operations/test_diagnosis.py",
            "tests/calls/operations/test_own_address.py",
            "tests/calls/providers/test_inspection.py",
            "tests/calls/comparison/test_trial_call.py",
            "tests/calls/management/commands/test_doctor.py",
        ),
    ),
)
