"""Room: users, modes, roles of staff, provider profiles, places, the audit log."""
