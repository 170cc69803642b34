"""/sources: where stories come from by themselves, from the list to what the web is asked."""
