"""The journal in a window of its own, and restore points."""
