"""Disclosure requests of a Chinese government office: periods, approvals, notices and the annual report.

Law: 《政府信息公开条例》 (State Council Order 711).

Nothing is imported here. Take what you need from ``disclosure.states`` (the law, pure),
``disclosure.notifications`` (notices) or ``disclosure.workflow`` (cases in a database).
"""

__version__ = "0.1.0"
