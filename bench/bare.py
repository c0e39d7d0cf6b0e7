"""The floor's settings: the same models and tables, and nothing around a view."""

from house.settings import *  # noqa: F403

MIDDLEWARE = ["bench.counting.Count"]
ROOT_URLCONF = "bench.floor"
WSGI_APPLICATION = "house.wsgi.application"
