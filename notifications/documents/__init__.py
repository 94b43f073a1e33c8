"""Papers as typed paragraphs: which are due, their facts, and the templates that word them."""
