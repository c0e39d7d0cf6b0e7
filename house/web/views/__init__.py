"""Views: one URL, one verb."""
