"""The newsroom's desk: a story between the one who hands it in and its subscribers."""
