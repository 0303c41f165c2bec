"""What a policy is once it is read: immutable, resolved, with the words of the law next to every rule."""
