"""Settings of the test run: as in production, but for cheap passwords and a home of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Before the base settings look at it; a child process of the run keeps its parent's.
if "VERBATIM_TEST_HOME" not in os.environ:
    _folder = Path(tempfile.mkdtemp(prefix="verbatim-test-"))
    _folder.chmod(0o711)
    os.environ["VERBATIM_TEST_HOME"] = os.environ["VERBATIM_HOME"] = str(_folder / "home")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from config.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
ALLOWED_HOSTS = ["*"]
