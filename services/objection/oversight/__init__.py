"""Many objections at once: work lists by last day, what superiors see, statistics, exports, public figures."""
