"""What the streams of tables tell, as events: one file per table, each a function from a change to events."""
