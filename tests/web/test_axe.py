"""Every page in a real browser: axe finds nothing, nothing hangs over the edge, every target can be hit."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as Tab

pytest_plugins = "tests.journeys.fixtures"

AXE = Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js"
