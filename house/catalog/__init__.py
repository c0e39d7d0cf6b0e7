"""Room: categories, offers, packages, extras, requirements, gallery, search."""
