"""RUN: the processes that read, schedule and deliver, and the one place where everything is wired."""
