/* Playback: the filtered period in frames of a day, week, month, year or decade, played by the browser from one answer.
   What the map has drawn is shown and hidden, never drawn anew; only cells have discs of their own while it plays. */
(function (S) {
  "use strict";

  var NS = "http://www.w3.org/2000/svg";
  var SPEEDS = [1, 2, 5, 10, 20], AIM_SECONDS = 15;
  // What draws the marks of a scene or view: each layer that is added meanwhile belongs to the mark.
  var DRAWS = ["drawArea", "drawOrigin", "drawBorder", "drawWedge", "drawLine", "drawSide", "drawPoint", "drawCell", "drawUnitCell", "drawFlow", "drawFlowCount"];
  var CLAIM_DRAWS = ["drawLeader", "drawArea", "drawPoint"];
  var ICONS = { play: "M3 1L13 7L3 13Z", pause: "M2 1H5.5V13H2ZM8.5 1H12V13H8.5Z", stop: "M2 2L12 12M12 2L2 12" };

  S.Playback = function (controller) {
    this.controller = controller;
    this.map = controller.map;
    this.key = this.url = "";
    this.data = null;       // the frames, while the period is played or stands at one of them
    this.frame = 0;
    this.isPlaying = false;
    this.entries = [];
    this.watch(controller, DRAWS);
    this.watch(controller.claims, CLAIM_DRAWS);
    this.addButton();
    this.map.on("moveend", this.moved, this).on("overlayadd zoomend moveend", this.again, this);
  };

  S.Playback.prototype = {
    /* ---- what was drawn for which mark -------------------------------------------------- */

    watch: function (owner, names) {
      var self = this;
      names.forEach(function (name) {
        var draw = owner[name];
        owner[name] = function (mark) {
          self.open();
          self.drawn = { mark: mark, isGathered: name === "drawCell" || name === "drawUnitCell" };
          try { draw.call(owner, mark); } finally { self.drawn = null; }
        };
      });
    },

    /** Let each group of the map note the mark of what is added to it. */
    open: function () {
      var groups = this.controller.groups, self = this;
      Object.keys(groups).forEach(function (name) {
        var group = groups[name], add = group.addLayer;
        if (group.isNoted) return;
        group.isNoted = true;
        group.addLayer = function (layer) {
          if (self.drawn) layer.playedAs = self.drawn;
          return add.call(group, layer);
        };
      });
    },

    /* ---- the page's settings ------------------------------------------------------------ */

    /** Take note of a scene that is to be shown: of other filters nothing is played on. */
    take: function (settings) {
      var url = settings.frames || "", key = url.replace(/([?&])event=[^&]*/, "$1");
      if (key !== this.key) this.stop();
      this.key = key;
      this.url = url;
      this.button.hidden = !url;
    },

    /** What the map shows was drawn anew. */
    refresh: function () {
      if (!this.data) return;
      this.index();
      this.drawDiscs();
      this.show(this.frame);
    },

    /* ---- start, move, stop -------------------------------------------------------------- */

    start: function () {
      var self = this;
      this.openPanel();
      this.ask(function () {
        self.speed.value = String(SPEEDS.filter(function (speed) { return self.data.words.length <= speed * AIM_SECONDS; })[0] || 10);
        self.range.max = self.data.words.length - 1;
        self.frame = 0;
        self.controller.container.classList.add("is-played");
        self.refresh();
        self.play();
      });
    },

    ask: function (then) {
      var self = this, asking = this.asking, part = this.controller.viewQuery();
      if (asking) asking.abort();
      asking = this.asking = new AbortController();
      this.controller.fetchJson(this.url + part, asking.signal).then(function (data) {
        if (asking.signal.aborted) return;
        self.data = data;
        self.counted = new Map();
        self.span = {};
        data.ids.forEach(function (id, n) { self.span[id] = [data.first[n], data.last[n]]; });
        self.none = new Array(data.words.length).fill(0);
        self.flows = {};
        Object.keys(data.flows).forEach(function (key) { self.flows[key] = spread(data.flows[key], 0, data.words.length); });
        self.areas = {};
        data.areas.forEach(function (area) { self.areas[area[0] + " " + area[1]] = spread(area, 2, data.words.length); });
        then();
        if (part !== self.controller.viewQuery()) self.moved();  // the map went on before there were frames
      }).catch(function (error) {
        if (asking.signal.aborted) return;
        self.pause();
        self.words.textContent = "The frames could not be loaded: " + error.message;
      });
    },

    /** Another part of the map has other cells; a case that came whole has all it needs. */
    moved: function () {
      if (this.data && !this.data.whole) this.ask(this.refresh.bind(this));
    },

    /** Elements that the map made since, of names and layers that were switched on, follow the frame too. */
    again: function () {
      var self = this;
      if (this.data) requestAnimationFrame(function () { if (self.data) self.show(self.frame); });
    },

    play: function () {
      if (!this.data) return;
      if (this.frame >= this.data.words.length - 1) this.show(0);
      this.isPlaying = true;
      this.due = performance.now() + 1000 / Number(this.speed.value);
      this.face();
      requestAnimationFrame(this.tick.bind(this));
    },

    pause: function () {
      this.isPlaying = false;
      this.face();
    },

    tick: function (now) {
      if (!this.isPlaying || !this.data) return;
      if (now >= this.due) {
        var step = 1000 / Number(this.speed.value);
        this.due = Math.max(this.due + step, now + step / 2);  // late is late: no frame is left out
        this.show(this.frame + 1);
        if (this.frame >= this.data.words.length - 1) { this.pause(); return; }
      }
      requestAnimationFrame(this.tick.bind(this));
    },

    /** Put everything back as it was before. */
    stop: function () {
      if (this.asking) this.asking.abort();
      this.isPlaying = false;
      if (this.data) {
        this.entries.forEach(restore);
        this.labels(function (node) { display(node, true); });
        if (this.discs) this.controller.groups.events.removeLayer(this.discs);
      }
      this.data = this.discs = null;
      this.entries = [];
      this.controller.container.classList.remove("is-played");
      delete this.controller.container.dataset.frame;
      if (this.panel) this.panel.remove();
      this.panel = null;
      this.bar.hidden = false;
    },

    /* ---- one frame ---------------------------------------------------------------------- */

    /** Note for each layer how many events it stands for in each frame. */
    index: function () {
      var self = this, groups = this.controller.groups, seen = [];
      function take(layer) {
        if (layer.playedAs) seen.push(layer);
        else if (layer.eachLayer) layer.eachLayer(take);
      }
      ["events", "directions", "origins", "claims"].forEach(function (name) { groups[name].eachLayer(take); });
      var kept = new Map(this.entries.map(function (entry) { return [entry.layer, entry]; }));
      this.entries = seen.map(function (layer) {
        var entry = kept.get(layer) || { layer: layer };
        entry.counts = layer.playedAs.isGathered ? null : self.countsOf(layer.playedAs.mark);
        entry.node = null;  // what is shown is set anew
        return entry;
      });
    },

    /** Numbers of events of a mark by frame. */
    countsOf: function (mark) {
      if (this.counted.has(mark)) return this.counted.get(mark);
      var span = this.span, counts = mark.key ? this.flows[mark.key] || this.none : mark.total ? this.areas[mark.area + " " + mark.precision] : null;
      if (!counts) {
        counts = new Array(this.data.words.length).fill(0);
        this.eventsOf(mark).forEach(function (id) {
          for (var n = span[id] ? span[id][0] : 0; span[id] && n <= span[id][1]; n += 1) counts[n] += 1;
        });
      }
      this.counted.set(mark, counts);
      return counts;
    },

    eventsOf: function (mark) {
      if (mark.event_id) return [mark.event_id];
      return "claimant" in mark || "path" in mark ? this.controller.eventsOf(mark.ids) : mark.ids;
    },

    show: function (frame) {
      var data = this.data, words = data.words[frame], self = this;
      this.frame = frame;
      this.entries.forEach(function (entry) {
        var node = entry.layer._path || entry.layer._icon, count = entry.counts ? entry.counts[frame] : 0;
        if (!node || node === entry.node && count === entry.count) return;
        if (node !== entry.node || !count !== !entry.count) display(node, count > 0);
        entry.node = node;
        entry.count = count;
        self.say(entry, words);
      });
      if (this.discs) this.shown.forEach(function (disc) { disc.show(frame); });
      this.labels(function (node, mark) { display(node, self.countsOf(mark)[frame] > 0); });
      this.range.value = frame;
      this.tell(words);
      this.controller.container.dataset.frame = frame;
    },

    /** The number in a pill and the words of its unit are those of the frame. */
    say: function (entry, words) {
      var mark = entry.layer.playedAs.mark, tip = entry.layer.getTooltip && entry.layer.getTooltip();
      if (mark.key) flowCount(entry.layer, entry.count);
      if (!mark.area_name && !mark.key || !mark.count) return;
      var pill = mark.key ? null : entry.layer._icon && entry.layer._icon.firstChild;
      if (pill) pill.textContent = entry.count.toLocaleString("en");
      if (tip && mark.count > 1) tip.getContent().textContent = words + ": " + number(entry.count) + " of these. " + mark.words;
    },

    tell: function (words) {
      var total = this.data.totals[this.frame], placeless = this.data.placeless[this.frame];
      var counts = number(total) + (total === 1 ? " event" : " events") + (placeless ? ", " + number(placeless) + " of them without a place" : "");
      this.words.textContent = "";
      element("b", this.words).textContent = words;
      element("span", this.words).textContent = counts;
      this.range.setAttribute("aria-valuetext", words + ": " + counts);
    },

    /** Visit the elements of names that belong to marks. */
    labels: function (visit) {
      var controller = this.controller;
      [controller.callouts, controller.claims.labels].forEach(function (layer) {
        if (layer) layer._live.forEach(function (marker, label) { if (label.item.mark && marker._icon) visit(marker._icon, label.item.mark); });
      });
    },

    /* ---- cells -------------------------------------------------------------------------- */

    drawDiscs: function () {
      var groups = this.controller.groups, data = this.data, self = this, frames = data.words.length;
      if (this.discs) groups.events.removeLayer(this.discs);
      this.discs = L.layerGroup();
      groups.events.addLayer(this.discs);
      this.shown = data.cells.map(function (cell) { return self.disc(cell, spread(cell, 2, frames)); })
        .concat(data.unit_cells.map(function (cell) { return self.pill(cell, spread(cell, 2, frames)); }));
    },

    disc: function (cell, counts) {
      var controller = this.controller, at = [cell[1], cell[0]], text = document.createElement("span");
      var disc = L.circleMarker(at, {
        pane: "sites", renderer: controller.renderers.sites, className: "event-cell is-played", radius: 9,
        color: "#fff", weight: 1.2, fillColor: controller.style.colours.unattributed, fillOpacity: 0.92
      }).addTo(this.discs);
      var label = L.marker(at, { pane: "sites", interactive: false, keyboard: false, zIndexOffset: 1e5, icon: L.divIcon({ className: "sm-cell-count is-played", html: text, iconSize: [60, 60] }) }).addTo(this.discs);
      this.press(disc, at, counts, "near here");
      return follow(counts, [disc, label], function (count) {
        disc.setRadius(S.radiusOf(count));
        text.textContent = S.shortCount(count);
      });
    },

    pill: function (cell, counts) {
      var icon = S.pillIcon(Math.max.apply(null, counts)), marker = L.marker([cell[1], cell[0]], { pane: "marks", keyboard: false, icon: icon }).addTo(this.discs);
      this.press(marker, [cell[1], cell[0]], counts, "known only to units near here");
      return follow(counts, [marker], function (count) { marker._icon.firstChild.textContent = number(count); });
    },

    press: function (layer, at, counts, where) {
      var self = this, map = this.map;
      layer.bindTooltip(function () {
        var tip = document.createElement("span"), count = counts[self.frame];
        tip.textContent = self.data.words[self.frame] + ": " + number(count) + (count === 1 ? " event " : " events ") + where;
        return tip;
      }, { sticky: true, direction: "top", className: "sm-tip" });
      layer.on("click", function (event) {
        L.DomEvent.stopPropagation(event);
        if (map.getZoom() < map.getMaxZoom()) map.setView(at, map.getZoom() + 1);
      });
    },

    /* ---- the control -------------------------------------------------------------------- */

    addButton: function () {
      var self = this, control = L.control({ position: "topleft" });
      control.onAdd = function () {
        self.bar = element("div");
        self.bar.className = "leaflet-bar";
        self.button = button("sm-play-start", "Play the period in frames", "play", self.bar);
        self.button.hidden = true;
        L.DomEvent.disableClickPropagation(self.bar);
        L.DomEvent.on(self.button, "click", function () { self.start(); });
        return self.bar;
      };
      control.addTo(this.map);
    },

    openPanel: function () {
      var panel = this.panel = element("section", this.controller.container), self = this, top = element("div", panel), below = element("div", panel);
      panel.className = "sm-play";
      panel.setAttribute("aria-label", "Playback of the filtered period");
      L.DomEvent.disableClickPropagation(panel);
      L.DomEvent.disableScrollPropagation(panel);
      this.toggle = button("sm-play-toggle", "Pause", "pause", top);
      this.range = element("input", top);
      L.extend(this.range, { type: "range", min: 0, max: 0, step: 1, value: 0, title: "An event that lasts is in each frame that it touches" });
      this.range.setAttribute("aria-label", "Frame");
      var stop = button("sm-play-stop", "Stop, and show the whole period", "stop", top);
      this.words = element("p", below);
      this.words.setAttribute("role", "status");
      this.words.textContent = "Frames are being counted…";
      var label = element("label", below);
      label.textContent = "Frames a second ";
      this.speed = element("select", label);
      SPEEDS.forEach(function (speed) { var option = element("option", self.speed); option.value = option.textContent = String(speed); });
      this.bar.hidden = true;
      L.DomEvent.on(this.toggle, "click", function () { if (self.isPlaying) self.pause(); else self.play(); });
      L.DomEvent.on(this.range, "input", function () { self.pause(); if (self.data) self.show(Number(self.range.value)); });
      L.DomEvent.on(stop, "click", function () { self.stop(); self.button.focus({ preventScroll: true }); });
      L.DomEvent.on(panel, "keydown", function (event) {
        L.DomEvent.stopPropagation(event);
        if (event.key === "Escape") { self.stop(); self.button.focus({ preventScroll: true }); }
      });
      this.toggle.focus({ preventScroll: true });
    },

    /** The button says what it would do; a reader of the screen hears of a frame only when it stays. */
    face: function () {
      if (!this.panel) return;
      var name = this.isPlaying ? "Pause" : "Play";
      this.toggle.title = name;
      this.toggle.setAttribute("aria-label", name);
      this.toggle.querySelector("path").setAttribute("d", ICONS[name.toLowerCase()]);
      this.words.setAttribute("aria-live", this.isPlaying ? "off" : "polite");
    }
  };

  /** Numbers by frame from where the first is, and the list of those that follow. */
  function spread(entry, from, frames) {
    var counts = new Array(frames).fill(0);
    entry[from + 1].forEach(function (count, n) { counts[entry[from] + n] = count; });
    return counts;
  }

  /** What shows a number by frame in layers of its own, touching them only where it changes. */
  function follow(counts, layers, say) {
    var last = -1;
    return {
      show: function (frame) {
        var count = counts[frame];
        if (count === last) return;
        if (!count !== !last || last < 0) layers.forEach(function (layer) { var node = layer._path || layer._icon; if (node) display(node, count > 0); });
        last = count;
        if (count) say(count);
      }
    };
  }

  function restore(entry) {
    var layer = entry.layer, mark = layer.playedAs.mark, node = layer._path || layer._icon, tip = layer.getTooltip && layer.getTooltip();
    if (node) display(node, true);
    if (mark.key) flowCount(layer, mark.count);
    if (!mark.area_name && !mark.key || !mark.count) return;
    if (layer._icon && !mark.key) layer._icon.firstChild.textContent = number(mark.count);
    if (tip && mark.count > 1) tip.getContent().textContent = mark.words;
  }

  /** The number on a flow, before which the letter of its party may stand, and its width. */
  function flowCount(layer, count) {
    if (layer.options.className === "attack-flow" && count) layer.setStyle({ weight: S.flowWidth(count) });
    var text = layer._icon && layer._icon.firstChild;
    if (text) text.textContent = text.textContent.replace(/[\d,]+$/, number(count));
  }

  function display(node, isShown) {
    node.style.display = isShown ? "" : "none";
    if (!node.getAttribute("style")) node.removeAttribute("style");
  }

  function number(count) { return count.toLocaleString("en"); }

  function element(name, parent) {
    var node = document.createElement(name);
    if (parent) parent.appendChild(node);
    return node;
  }

  function button(name, words, icon, parent) {
    var node = element("button", parent), root = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
    node.type = "button";
    node.className = name;
    node.title = words;
    node.setAttribute("aria-label", words);
    root.setAttribute("viewBox", "0 0 14 14");
    root.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[icon]);
    root.appendChild(path);
    node.appendChild(root);
    return node;
  }
})(window.Strikemap);
