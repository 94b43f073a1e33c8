"""The ways by which a message reaches somebody: mail, webhook, folder, chat."""
