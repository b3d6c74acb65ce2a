"""What a person can do, without a window: connect, refresh, map, rehearse, send."""
