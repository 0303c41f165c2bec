"""Credit-risk classes and violations that bureaus deliver, inspection shares, first violations."""
