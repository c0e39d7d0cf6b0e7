"""Every page of the market is valid HTML: all are saved with real content, then judged in one run of html-validate."""

import json
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client as Browser

from house import clock

from ..journeys import pages
from ..journeys.content import Content, fill

NODE = Path(__file__).parents[1] / "node"
VALIDATOR = NODE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


@pytest.fixture
def content(db: None, settings) -> Content:
    settings.EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
    return fill(clock.now())
