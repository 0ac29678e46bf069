"""Objections of holders: everyone can say that their colour is wrong, and is answered."""
