"""The product's own settings, with a counter around every request and a door to its errands."""

from house.settings import *  # noqa: F403
from house.settings import MIDDLEWARE as HOUSE

MIDDLEWARE = ["bench.counting.Count", *HOUSE]
ROOT_URLCONF = "bench.doors"
