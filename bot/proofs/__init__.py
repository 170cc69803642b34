"""Every message that the bot can send, on one page, for whoever rereads them."""
