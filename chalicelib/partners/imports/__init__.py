"""Whole files from departments: taken by a link, read in turns, and every row accepted or refused on its own."""
