"""Room: casework of staff (approvals, reports, support cases)."""
