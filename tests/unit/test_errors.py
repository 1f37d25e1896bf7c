"""Every error says what is wrong and what to do."""

import inspect

from antiphon import errors


def test_all_errors_are_one_tree_and_exported() -> None:
    found = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
    assert found == set(errors.__all__)
    assert all(issubclass(getattr(errors, name), errors.AntiphonError) for name in found)


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    error = errors.MissingExtra("music21", "notation")
    assert str(error) == "the package music21 is not installed; install it with: pip install 'antiphon[notation]'"
