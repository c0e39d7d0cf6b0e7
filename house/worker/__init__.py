"""Room: where time comes in (deadlines, errands, timetable)."""
