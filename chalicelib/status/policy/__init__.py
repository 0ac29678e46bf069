"""The rules by which evidence becomes a colour: versioned data, checked, approved by two people, rolled out."""
