"""The contracts of the feeds as documents: a page per feed for bureaus, schemas for their programs."""
