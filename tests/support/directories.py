"""Texts of directories for tests, and how one is put on record."""

from office import ADMIN

from disclosure.workflow import Context, set_directory, set_profile


def one(user, more=""):
    """One person as TOML."""
    return f'[[person]]\nid = "{user}"\nname = "某人"\n{more}\n'


def stand_in(principal, other, since="2024-03-05", until="2024-03-06", moves=()):
    """One entry of a stand-in as TOML."""
    listed = ", ".join(f'"{move}"' for move in moves)
    return f'[[stand_in]]\nprincipal = "{principal}"\nstand_in = "{other}"\nfrom_on = {since}\nuntil_on = {until}\nmoves = [{listed}]\n'


def put(sessions, text, actor=ADMIN, agency="default"):
    """Puts a directory on record, committed."""
    with sessions() as session, session.begin():
        if agency != "default":
            set_profile(Context(session, ADMIN, agency=agency), {"name": agency})
        return set_directory(Context(session, actor, agency=agency), text)
