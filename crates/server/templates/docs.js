// The reference follows the system's colours, and folds its operations where the window is narrow.
(function () {
"use strict";
var reference = document.querySelector("rapi-doc");
var dark = matchMedia("(prefers-color-scheme: dark)"), wide = matchMedia("(min-width: 1024px)");
function fit() {
var colours = dark.matches
  ? { "theme": "dark", "primary-color": "#f2b632", "bg-color": "#15211f", "text-color": "#e9f1ee", "nav-bg-color": "#0a1312", "nav-text-color": "#c9d6d2" }
  : { "theme": "light", "primary-color": "#0c4a45", "bg-color": "#ffffff", "text-color": "#10211f", "nav-bg-color": "#f3f7f5", "nav-text-color": "#2c3f3b" };
Object.keys(colours).forEach(function (name) { reference.setAttribute(name, colours[name]); });
reference.setAttribute("render-style", wide.matches ? "read" : "view");
}
fit();
dark.addEventListener("change", fit);
wide.addEventListener("change", fit);
}());
