"""Facts about holders: reported by departments, kept for ever as they were said, voided where they were wrong."""
