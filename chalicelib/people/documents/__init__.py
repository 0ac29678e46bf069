"""What proves who somebody is: identity documents and cards, by their numbers."""
