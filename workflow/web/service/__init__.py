"""The interface as a service of its own, for systems that only call: server, logins, access log, timer."""
