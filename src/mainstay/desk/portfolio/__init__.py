"""Who matters: concentration, size classes, parts of the business, core accounts."""
