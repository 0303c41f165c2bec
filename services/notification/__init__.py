"""Notification (通知): everyone concerned is told once, in plain words, on a channel that reaches them."""
