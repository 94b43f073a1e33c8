"""The carriers of a notice: plain text, Word and PDF, all from the same typed paragraphs."""
