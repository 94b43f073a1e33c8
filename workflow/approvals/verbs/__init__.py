"""What can be done with an approval sheet: every verb, each declared once in one of these files.

Law: 条例 arts. 17, 33 para 2.
"""

from collections.abc import Mapping
from types import MappingProxyType

from . import drafting, ending, keeping, passing, signing
from .declaration import AnyVerb, Rule

VERBS: Mapping[str, AnyVerb] = MappingProxyType(
    {
        verb.name: verb
        for verb in (
            drafting.send,
            keeping.read,
            keeping.save,
            signing.approve,
            signing.send_back,
            signing.recall,
            passing.transfer,
            passing.delegate,
            signing.advise,
            passing.add_signer,
            passing.copy,
            keeping.urge,
            ending.void,
            ending.complete,
            ending.assign,
            ending.seal,
        )
    }
)
"""Every verb that is done with ``sign``."""

RULES: tuple[Rule, ...] = (drafting.propose, drafting.edit, *VERBS.values(), passing.substitute, passing.handover)
"""Every verb, also those with commands of their own."""
