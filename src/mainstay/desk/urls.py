"""Every address of the desk."""

from __future__ import annotations

from django.urls import include, path

from mainstay.desk import errors
from mainstay.desk.access import sign_in_urls
from mainstay.desk.access.views import language

urlpatterns = [
    *sign_in_urls.urlpatterns,
    path("people/", include("mainstay.desk.access.urls")),
    path("language/", language, name="set_language"),
    path("", include("mainstay.desk.accounts.urls")),
    path("", include("mainstay.desk.timeline.urls")),
    path("", include("mainstay.desk.causes.urls")),
    path("team/", include("mainstay.desk.team.urls")),
    path("", include("mainstay.desk.care.urls")),
    path("known/", include("mainstay.desk.facts.urls")),
    path("complaints/", include("mainstay.desk.complaints.urls")),
    path("", include("mainstay.desk.reviews.urls")),
    path("", include("mainstay.desk.cases.urls")),
    path("", include("mainstay.desk.digests.urls")),
    path("webhooks/", include("mainstay.api.webhooks.urls")),
    path("nightly/", include("mainstay.desk.nightly.urls")),
    path("", include("mainstay.desk.winback.urls")),
    path("", include("mainstay.desk.designs.urls")),
    path("", include("mainstay.desk.value.urls")),
    path("", include("mainstay.desk.incentives.urls")),
    path("", include("mainstay.desk.guarantees.urls")),
    path("", include("mainstay.desk.allocation.urls")),
    path("", include("mainstay.desk.quality.urls")),
    path("", include("mainstay.desk.service.urls")),
    path("", include("mainstay.desk.delivery.urls")),
    path("", include("mainstay.desk.strategy.urls")),
    path("", include("mainstay.desk.needs.urls")),
    path("", include("mainstay.desk.keeping.urls")),
    path("", include("mainstay.desk.seasons.urls")),
    path("", include("mainstay.desk.quarter.urls")),
    path("", include("mainstay.desk.learning.urls")),
    path("plays/", include("mainstay.desk.plays.urls")),
    path("", include("mainstay.desk.relations.urls")),
    path("trust/", include("mainstay.desk.trust.urls")),
    path("imports/", include("mainstay.desk.imports.urls")),
    path("api/", include("mainstay.api.urls")),
    path("api/", include("mainstay.api.assistants.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
