"""Room: where people come in (urls, views, forms, templates, static)."""
