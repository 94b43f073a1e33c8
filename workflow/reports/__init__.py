"""The annual report on paper: sections three and four rendered, and published tables checked."""
