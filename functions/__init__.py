"""One event-driven function per file. Each stands alone: Lambda imports it without app.py."""
