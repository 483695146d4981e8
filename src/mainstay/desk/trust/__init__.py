"""Can I trust it? The past judged again, and how many warnings there shall be."""
