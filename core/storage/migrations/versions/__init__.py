"""One file a step, frozen once released: a step never imports tables or types that may change."""
