"""Papers as typed paragraphs: which are due, their facts, and the templates that word them."""

from collections.abc import Mapping

from ..messages.catalogue import add_words


def _words() -> Mapping[str, str]:
    from .kinds import labels  # not before a word of theirs is wanted

    return labels()


add_words(_words)
