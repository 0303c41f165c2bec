"""Registers that other bureaus deliver, and households judged again because of them."""
