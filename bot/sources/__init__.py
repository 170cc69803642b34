"""Where articles come from: guarded HTTP, feeds, the WordPress REST API, pages that are watched."""
