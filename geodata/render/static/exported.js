/* The page that is exported as one file: everything the map asks for is in the page itself. */
(function (S) {
  "use strict";

  var DAY = 86400000, NOTHING = { scale: 1, arcs: [], units: [], inner: {} };
  var data = JSON.parse(document.getElementById("strikemap-data").textContent);
  var packed = {};  // name → promise of what was packed under it

  /** Unpack JSON that was put into the page as gzip in base64. */
  function unpack(name) {
    if (!data.packed[name]) return Promise.resolve(NOTHING);
    if (!packed[name]) {
      var bytes = Uint8Array.from(atob(data.packed[name]), function (char) { return char.charCodeAt(0); });
      packed[name] = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
    }
    return packed[name];
  }

  /** The font of names in Arabic script, which the page has where it letters them. */
  function font() {
    var bytes = Uint8Array.from(atob(data.font || ""), function (char) { return char.charCodeAt(0); });
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  /** Put marks in the place of their numbers. */
  function sceneOf(number, chosen) {
    var told = data.scenes[number], scene = {};
    Object.keys(told).forEach(function (name) {
      var value = told[name];
      if (data.whole.indexOf(name) >= 0) scene[name] = data.marks[value];
      else if (data.lists.indexOf(name) >= 0) scene[name] = value.map(function (one) { return data.marks[one]; });
      else scene[name] = value;
    });
    scene.titles = {};
    told.titles.forEach(function (id) { scene.titles[id] = data.titles[id]; });
    scene.borders = scene.titles[chosen] && data.borders[chosen] || [];
    return scene;
  }

  /** What the live page asks a server for. */
  function fetchJson(address) {
    var parts = address.split("?"), query = new URLSearchParams(parts[1] || "");
    if (parts[0] === "scene") return Promise.resolve(sceneOf(Number(query.get("number")), query.get("event")));
    if (parts[0] === "card") return unpack("cards").then(function (cards) { return cards[query.get("event")]; });
    if (parts[0] === "units") return unpack(query.has("id") ? "named" : query.get("country") + ":" + query.get("level"));
    return unpack("base");
  }

  function dayText(step) {
    var day = new Date(Date.parse(step + "T00:00:00Z"));
    return day.getUTCDate() + " " + day.toLocaleString("en", { month: "short", timeZone: "UTC" }) + " " + day.getUTCFullYear();
  }

  /** The step that holds a day, given as days since the first one. */
  function stepOf(day) {
    var step = 0;
    while (step + 1 < data.starts.length && day >= daysTo(data.starts[step + 1])) step += 1;
    return step;
  }

  function daysTo(text) { return Math.round((Date.parse(text) - Date.parse(data.starts[0])) / DAY); }
  function dayAt(number) { return new Date(Date.parse(data.starts[0]) + number * DAY).toISOString().slice(0, 10); }

  var from = document.getElementById("from"), to = document.getElementById("to"), chosen = "";
  var last = data.coarse ? data.starts.length - 1 : daysTo(data.ends[data.ends.length - 1]);

  /** Dates and steps that the two sliders stand for. */
  function asked() {
    var a = Number(from.value), b = Number(to.value);
    if (data.coarse) return { from: data.starts[a], to: data.ends[b], i: a, j: b };
    return { from: dayAt(a), to: dayAt(b), i: stepOf(a), j: stepOf(b) };
  }

  function show() {
    var want = asked(), number = data.index[want.i][want.j - want.i], inside = data.scenes[number].events;
    document.getElementById("from-day").textContent = dayText(want.from);
    document.getElementById("to-day").textContent = dayText(want.to);
    from.setAttribute("aria-valuetext", dayText(want.from));
    to.setAttribute("aria-valuetext", dayText(want.to));
    document.getElementById("counts").textContent = data.scenes[number].counts;
    Array.prototype.forEach.call(document.querySelectorAll(".page-events > li"), function (row, at) {
      row.classList.toggle("is-out", inside.indexOf(at) < 0);
    });
    S.show({
      scene: "scene?number=" + number + "&event=" + encodeURIComponent(chosen), card: "card?event=", chosen: chosen,
      found: null, placing: false, tiles: null, home: data.home, names: data.names
    });
  }

  function slide(moved, other, isPast) {
    moved.addEventListener("input", function () {
      if (isPast(Number(moved.value), Number(other.value))) other.value = moved.value;
      show();
    });
  }

  function start() {
    if (!window.DecompressionStream) throw new Error("this browser is too old to unpack the map; the evidence below is complete");
    var map = L.map("map", { center: [data.home.lat, data.home.lon], zoom: data.home.zoom, zoomSnap: 0.5, zoomDelta: 0.5, minZoom: 2, maxZoom: 18, worldCopyJump: true });
    S.start(map, { base: "base", home: data.home, address: false, hide: data.hide, font: font, sources: [{ address: "units", countries: [] }], fetchJson: fetchJson });
    from.max = to.max = last;
    from.value = data.coarse ? stepOf(daysTo(data.from)) : daysTo(data.from);
    to.value = data.coarse ? stepOf(daysTo(data.to)) : daysTo(data.to);
    slide(from, to, function (mine, theirs) { return mine > theirs; });
    slide(to, from, function (mine, theirs) { return mine < theirs; });
    Array.prototype.forEach.call(document.querySelectorAll(".page-events details"), function (details) {
      details.addEventListener("toggle", function () {
        if (details.open) chosen = details.parentNode.dataset.event;
        else if (chosen === details.parentNode.dataset.event) chosen = "";
        show();
      });
    });
    show();
  }

  try {
    start();
  } catch (error) {
    document.getElementById("fault").textContent = "The map cannot be shown: " + error.message + ".";
  }
})(window.Strikemap);
