"use strict";

/* Shows one contract's document. The address's fragment belongs to Swagger UI, so the choice of the
   contract stands in the query string. */
const buttons = [...document.querySelectorAll("nav button")];
const asked = new URLSearchParams(location.search).get("contract");

function show(button) {
  const url = button.dataset.document;
  for (const other of buttons) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  document.getElementById("download").href = url;
  SwaggerUIBundle({
    url,
    dom_id: "#reference",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    history.replaceState(null, "", `?contract=${encodeURIComponent(button.textContent)}`);
    show(button);
  });
}
show(buttons.find((button) => button.textContent === asked) || buttons[0]);
