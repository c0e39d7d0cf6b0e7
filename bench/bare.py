"""The floor's settings: the same models and tables, and nothing around a view."""

from house.settings import *  # noqa: F403
from house.settings import INSTALLED_APPS as HOUSE

INSTALLED_APPS = [app for app in HOUSE if not app.startswith("allauth")]  # it insists on its middleware
MIDDLEWARE = ["bench.counting.Count"]
ROOT_URLCONF = "bench.floor"
