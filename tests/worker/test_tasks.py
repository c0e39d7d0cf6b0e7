"""The worker knows every task by name, and every chore of the timetable."""

import os
import subprocess
import sys

ASK = """
import django
django.setup()
from procrastinate.contrib.django import app
print(*sorted(app.tasks), sep="\\n")
print("periodic", len(app.periodic_registry.periodic_tasks))
"""
NEEDED = {
    "chores.ask_back",
    "chores.prove",
    "chores.recount",
    "chores.rescue",
    "notices.letter",
    "payments.apply",
    "payments.refund",
    "twin.call",
    "twin.settle_later",
}


def test_a_fresh_process_knows_every_task():
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "house.settings", "SECRET_KEY": "k" * 50}
    told = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True).stdout
    names = set(told.split("\n"))
    assert names >= NEEDED
    assert "periodic 0" not in names
