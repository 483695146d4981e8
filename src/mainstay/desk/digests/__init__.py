"""The week by mail and messenger, and as a calendar: what each may see, in their language, with the way back."""
