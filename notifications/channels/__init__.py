"""What messages go out over: mail, webhook, folder, chat, and the kinds of channels that a host registers."""
