"""What belongs to a person: have it all, have it right, and leave."""
