// Enhances the checkout and status pages; both work without it. Written for old phones: no fetch, no
// modules. Countdowns use only differences of the phone's clock, never its absolute value.
(function () {
"use strict";
var main = document.querySelector("main"), net = document.getElementById("net");
var end, timer, leaving, asking = false, misses = 0, looks = 0;

function data(name) { return main.getAttribute("data-" + name) || ""; }

function wind(seconds) { end = Date.now() + seconds * 1000; }

function two(n) { return (n < 10 ? "0" : "") + n; }

function tick() {
var face = document.getElementById("left");
if (!face) return;
var s = Math.max(0, Math.ceil((end - Date.now()) / 1000)), h = Math.floor(s / 3600);
var text = (h ? h + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
if (face.textContent !== text) face.textContent = text;
}

// Slower the longer nothing happens, slower still when answers fail, and not at all while nobody looks:
// data costs money.
function later() {
var every = +data("every");
clearTimeout(timer);
if (!every || document.hidden) return;
var wait = every * ([1, 1, 1, 1.5, 2, 3, 4][looks] || (looks < 40 ? 5 : 10)) * Math.pow(2, Math.min(misses, 4));
timer = setTimeout(look, Math.min(60, wait) * 1000);
}

function get(url, type, done) {
var x = new XMLHttpRequest();
asking = true;
x.open("GET", url);
x.responseType = type;
x.timeout = 20000;
x.onload = function () { asking = false; done(x.status === 200 ? x.response : null); };
x.onerror = x.ontimeout = x.onabort = function () { asking = false; done(null); };
x.send();
}

function look() {
if (asking || !+data("every")) return;
looks += 1;
get(data("live"), "text", function (text) {
var live = null;
try { live = JSON.parse(text); } catch (e) { }
misses = live ? 0 : misses + 1;
net.textContent = misses > 1 ? data("lost") : "";
if (live) {
wind(live.left);
if (live.shown !== data("shown")) return redraw();
}
later();
});
}

// The same page again, but only its parts change places, so that a screen reader announces the state.
function redraw() {
get(location.href, "document", function (page) {
var fresh = page && page.querySelector("main[data-shown]");
if (fresh) {
document.title = page.title;
["left", "shown", "every"].forEach(function (name) {
main.setAttribute("data-" + name, fresh.getAttribute("data-" + name));
});
["state", "more", "stub"].forEach(function (id) {
document.getElementById(id).innerHTML = page.getElementById(id).innerHTML;
});
looks = 0;
wind(+data("left"));
tick();
leave();
}
later();
});
}

// A decided order goes on to the shop by itself.
function leave() {
var back = document.getElementById("back"), face = document.getElementById("after");
clearInterval(leaving);
if (!face) return;
var goes = Date.now() + face.textContent * 1000;
leaving = setInterval(function () {
var s = Math.ceil((goes - Date.now()) / 1000);
if (s > 0) { face.textContent = s; return; }
clearInterval(leaving);
if (back.submit) back.submit();
else location.replace(back.href);
}, 250);
}

function buttons(off) {
[].forEach.call(document.querySelectorAll("button"), function (b) { b.disabled = off; });
}

// One press is one payment; a page that never left is given back after a while.
document.addEventListener("submit", function () {
clearInterval(leaving);
setTimeout(buttons, 0, true);
setTimeout(buttons, 15000, false);
});
// Who comes back with the browser's button wants to read.
addEventListener("pageshow", function (e) { if (e.persisted) { clearInterval(leaving); buttons(false); look(); } });
document.addEventListener("visibilitychange", function () { if (document.hidden) clearTimeout(timer); else look(); });
addEventListener("online", look);

wind(+data("left"));
tick();
setInterval(tick, 500);
leave();
later();
})();
