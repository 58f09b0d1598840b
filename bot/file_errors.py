"""The UserErrors for errors of the file system."""

from __future__ import annotations

import errno

from bot.errors import Busy, UserError

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No space, a used-up quota, and the system's limit on the size of files."""

NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)


def file_error(error: OSError, file: object = None) -> UserError | None:
    """The UserError for an error of the file system; None for other errors, such as those of the network."""
    file = file or error.filename
    if error.errno in DISK_FULL:
        return UserError("disk-full", file=str(file or "?"))
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return Busy("too-many-files")
    if file is None:
        return None
    if error.errno in NO_LOCKS:
        return UserError("no-locks", file=str(file))
    return UserError("disk-error" if error.errno == errno.EIO else "database-unreachable", file=str(file))
