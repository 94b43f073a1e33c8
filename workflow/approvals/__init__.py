"""Internal approval: sheets that are signed step by step, the verbs for acting on them, and each person's lists."""

from collections.abc import Mapping

from ...notifications.messages.catalogue import add_words


def _words() -> Mapping[str, str]:
    from .description import words  # not before a word of theirs is wanted: they need the validating library

    return words()


add_words(_words)
