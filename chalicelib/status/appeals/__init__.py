"""Appeals: a holder objects, a person reviews, and answers in writing; an upheld one undoes what was wrong."""
