"""Special groups: what departments say somebody belongs to, and whether that person wants it shown."""
