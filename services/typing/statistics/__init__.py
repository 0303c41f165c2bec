"""Published figures: households by place, year and type, with what corrections have changed since; run by run."""
