"""Every page in a real browser: axe finds nothing, nothing hangs over the edge, every target can be hit."""

from pathlib import Path

pytest_plugins = "tests.journeys.fixtures"

AXE = Path(__file__).parents[1] / "node" / "node_modules" / "axe-core" / "axe.min.js"
