"""How far stories reach: a broadcast while it runs, one story's report, and the newsroom's figures."""
