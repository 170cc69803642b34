"""What the bot answers over HTTP: health, metrics, Telegram's webhook, and the hubs that push feeds."""
