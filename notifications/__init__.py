"""What is said to staff and to applicants: wording of messages, and notices from templates."""
