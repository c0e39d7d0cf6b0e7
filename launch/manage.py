"""`bin/manage`: Django's commands against the market that bin/run keeps (or DATABASE_URL)."""

import json
import os
import sys
from pathlib import Path

from .environment import ROOT, secret_key


def main() -> None:
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    remembered = var / "run.json"
    if remembered.exists():
        for key, value in json.loads(remembered.read_text()).items():
            os.environ.setdefault(key, value)
    elif "DATABASE_URL" not in os.environ:
        sys.exit("build-in house: the market was never started here; run bin/run first, or set DATABASE_URL.")
    os.environ.setdefault("SECRET_KEY", secret_key(var))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "house.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bin/manage", *sys.argv[1:]])


if __name__ == "__main__":
    main()
