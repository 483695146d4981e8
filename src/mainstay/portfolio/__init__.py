"""Who matters: tiers, concentration, size classes, core accounts."""
