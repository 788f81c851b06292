"""The handlers, with the event shapes that AWS really sends."""
