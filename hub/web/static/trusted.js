// htmx makes elements of what our own hub sent it: pages whose every text is escaped. Nothing else on these pages does, and no text becomes a script.
"use strict";

if (window.trustedTypes) trustedTypes.createPolicy("default", { createHTML: (text) => text });
