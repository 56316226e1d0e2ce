class ServiceError(Exception):
    """A service Verbatim stands on cannot be started or reached; the message says what to do."""
