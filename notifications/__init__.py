"""What staff and applicants read: messages, documents from templates, their formats, and channels to send over."""
