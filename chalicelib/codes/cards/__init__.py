"""Cards that people carry anyway: bound to their holder once, and shown in place of a screen from then on."""
