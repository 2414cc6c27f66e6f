// Keeps the marked parts of a screen as the shop is. The server says that something changed; the page fetches itself anew and puts
// the parts that differ in the place of the old ones. Whoever types, has the focus or has marked something there is not disturbed.
"use strict";
(() => {
  const { live, lost, updated } = document.currentScript.dataset;
  // The least time between two fetches, how long a lost connection is borne, and when a refused one is tried again, in ms.
  const LEAST = 3000, BORNE = 6000, AGAIN = 15000;
  // How often a screen reader hears that the page was updated at the most, in ms.
  const SAID = 60000;
  let source = null, soon = 0, away = 0, again = 0;
  let fetched = 0, said = 0, isBusy = false, isStale = false;

  const parts = (root) => root.querySelectorAll("[data-live][id]");
  // Each part as the server sent it: what was opened or typed since does not count as a difference.
  const sent = new Map(Array.from(parts(document), (part) => [part.id, part.outerHTML]));

  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "vh";
  document.querySelector("main").append(status);
  const say = (text, isShown) => {
    status.className = isShown ? "live" : "vh";
    status.textContent = text;
  };

  const isInUse = (part) => {
    const marked = getSelection();
    return part.contains(document.activeElement) || (!marked.isCollapsed && part.contains(marked.anchorNode));
  };

  const put = (fresh) => {
    let isLeft = false, hasChanged = false;
    for (const part of parts(document)) {
      const next = fresh.getElementById(part.id);
      if (!next || next.outerHTML === sent.get(part.id)) continue;
      if (isInUse(part)) {
        isLeft = true;
        continue;
      }
      sent.set(part.id, next.outerHTML);
      const open = Array.from(part.querySelectorAll("details"), (details) => details.open);
      next.querySelectorAll("details").forEach((details, at) => {
        if (at < open.length) details.open = open[at];
      });
      part.replaceWith(next);
      hasChanged = true;
    }
    isStale = isLeft;
    if (hasChanged && !away && Date.now() - said > SAID) {
      said = Date.now();
      say(updated, false);
    }
  };

  const refresh = async () => {
    if (isBusy || document.hidden) return;
    isBusy = true;
    fetched = Date.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { "office-fetched-anew": "1" } });
      // The session has ended: the page where one signs in is not a part of this one.
      if (answer.redirected) return location.reload();
      if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else isStale = true;
    } catch (error) {
      isStale = true;
    }
    isBusy = false;
  };

  const refreshSoon = () => {
    if (soon) return;
    soon = setTimeout(() => {
      soon = 0;
      refresh();
    }, Math.max(200, fetched + LEAST - Date.now()));
  };

  const disconnect = () => {
    if (source) source.close();
    source = null;
    clearTimeout(away);
    clearTimeout(again);
    away = again = 0;
  };

  const connect = () => {
    if (source || document.hidden) return;
    source = new EventSource(live);
    source.onopen = () => {
      clearTimeout(away);
      away = 0;
      if (status.className === "live") {
        say("", false);
        refreshSoon();
      }
    };
    source.onerror = () => {
      if (!away) away = setTimeout(() => say(lost, true), BORNE);
      // The browser tries again by itself, unless the answer was none that it takes.
      if (source.readyState === EventSource.CLOSED) {
        source = null;
        again = setTimeout(connect, AGAIN);
        refresh();
      }
    };
    source.addEventListener("changed", refreshSoon);
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return disconnect();
    connect();
    refreshSoon();
  });
  document.addEventListener("focusout", () => {
    if (isStale) refreshSoon();
  });
  connect();
})();
