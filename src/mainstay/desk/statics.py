"""Style sheets and scripts, collected under hashed names into the home folder's cache."""

from __future__ import annotations


def collect() -> None:
    """Collect and compress what has changed; a fraction of a second."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def collect_once() -> None:
    """Collect where nobody has yet: under another server than ours."""
    from django.conf import settings

    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        import django

        django.setup()
        collect()
