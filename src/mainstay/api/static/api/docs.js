"use strict";

const place = document.getElementById("swagger-ui");
SwaggerUIBundle({
  domNode: place,
  url: place.dataset.address,
  deepLinking: true,
  validatorUrl: null, // nothing is sent elsewhere
  presets: [SwaggerUIBundle.presets.apis],
});
