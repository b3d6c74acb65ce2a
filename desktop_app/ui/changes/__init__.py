"""What refreshes found: records that changed, and offline decisions that no longer fit."""
