"""The one error of this package."""


class JobError(Exception):
    """A run cannot go on; the message says why and what to do, for whoever reads the run's result."""
