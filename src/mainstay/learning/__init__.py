"""Did it help: designs that are fixed beforehand, what they can tell, and what they told."""
