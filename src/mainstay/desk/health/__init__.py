"""Whether the desk is well, for machines that watch it: /health/live, /health/ready and /metrics."""
