"""How what is owed reaches Telegram: the dispatcher, the send budget, the HTTP transport."""
