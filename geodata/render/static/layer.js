/* The live layer: a constant base that is fetched once, and the scene that is fetched on every
   change. Nothing here grows with the number of changes: a new scene replaces the old one. */
(function (S) {
  "use strict";

  var PANES = [
    ["land", 210], ["shading", 212], ["water", 215], ["units", 220], ["focus", 240], ["claimAreas", 415], ["areas", 420], ["origins", 425],
    ["wedges", 430], ["shafts", 440], ["sides", 450], ["claims", 455], ["sites", 460], ["baseLabels", 470], ["marks", 610], ["callouts", 620]
  ];
  var PILL = 11, POINT_GAP = 9;
  // From these zooms on a level is drawn, where its units are on average as many pixels wide at least.
  var FROM_ZOOM = { 1: 4.5, 2: 7 }, FROM_PIXELS = { 1: 16, 2: 20 };
  // Plates of events say less below these zooms; DOT_COST weighs a piece of border that a plate would hide.
  var SMALL_BELOW = 5, BRIEF_BELOW = 4.5, DOT_STEP = 8, DOT_COST = 40;
  // A town's name is shown from a zoom on that its rank says; places of other ranks than the first come with their country.
  var PLACE_FROM = [0, 4.5, 6, 7.5, 8, 9, 9.5], PLACES_AT_ONCE = 400;
  var FOUND = "#0b57d0";  // of what was looked up: no party has it
  // Where a pill may stand, in pixels from its place, the nearest first.
  var NUDGES = [L.point(0, 0)];
  [22, 34, 46, 60, 76].forEach(function (far) {
    for (var turn = 0; turn < 12; turn += 1) NUDGES.push(L.point(far * Math.cos(turn * Math.PI / 6), far * Math.sin(turn * Math.PI / 6)).round());
  });
  // What an address calls the groups of the layer control.
  var HIDEABLE = { events: "events", directions: "directions", origins: "origins", claims: "claims", focus: "focus", provinces: "provinces", names: "labels" };
  var FLOWS_TOLD = 24;  // so many of the largest flows have their number on them
  var WHOLE_PERIOD = "The number ";  // what a plate says so of is not of one frame
  var LINE_OF_CONTROL = [{ symbol: "disputed", text: "In Kashmir: the Line of Control; the parties have not agreed on the final status", party: "" }];

  /** Start the layer on a map; `settings.base` is the address of the base. */
  S.start = function (map, settings) {
    var controller = new Controller(map, settings);
    window.strikemap = controller;
    return controller;
  };

  /** Show a scene; called on every run of the page, also before the base has arrived. */
  S.show = function (settings) {
    if (window.strikemap) window.strikemap.show(settings);
  };

  function Controller(map, settings) {
    this.map = map;
    this.settings = settings;
    if (settings.fetchJson) this.fetchJson = settings.fetchJson;  // a page that holds its data itself
    this.loads = 0;
    this.names = "english";
    this.clicks = 0;
    this.container = map.getContainer();
    map.attributionControl.setPrefix(false);
    focusInPlace(map);
    this.panes();
    this.groups = {
      labels: L.layerGroup().addTo(map), provinces: L.layerGroup().addTo(map), focus: L.layerGroup().addTo(map),
      events: L.layerGroup().addTo(map), directions: L.layerGroup().addTo(map), origins: L.layerGroup().addTo(map), claims: L.layerGroup().addTo(map), found: L.layerGroup().addTo(map)
    };
    this.baseLabels = new S.Labels("baseLabels").addTo(this.groups.labels);
    this.callouts = new S.Labels("callouts").addTo(this.groups.events);
    this.addHome();
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    this.legend = this.makeLegend();
    var control = L.control.layers(null, {
      "Events": this.groups.events, "Directions": this.groups.directions, "Stated launch areas": this.groups.origins,
      "Units in focus": this.groups.focus, "Provinces": this.groups.provinces, "Names": this.groups.labels
    }, { collapsed: true }).addTo(map);
    this.claims = new S.Claims(this, control);
    this.shading = new S.Shading(this, control, settings.show);
    (settings.hide || []).forEach(function (key) { map.removeLayer(this.groups[HIDEABLE[key]]); }, this);
    this.playback = new S.Playback(this);
    this.ahead = new S.Ahead(this);
    map.on("overlayadd overlayremove", function (event) { if (event.layer === this.groups.directions) this.retell(); }, this);
    map.on("click", function (event) { if (this.wanted && this.wanted.placing) this.takePoint(event.latlng); }, this);
    map.on("moveend", this.askView, this);
    map.on("moveend overlayadd overlayremove", this.refreshView, this)
      .on("moveend overlayadd overlayremove", this.writeAddress, this);
    this.loader = new S.Units(settings.sources, this.fetchJson, this.takeUnits.bind(this), this.failUnits.bind(this));
    this.units = this.loader.known;
    this.drawn = {};     // "PAK:1" → layers, in the order of arrival
    this.places = {};    // country → its further places
    map.on("moveend", this.refreshUnits, this);
    this.base = this.fetchJson(settings.base).then(this.drawBase.bind(this));
    this.base.catch(this.fail.bind(this));
  }

  Controller.prototype = {
    /** The legend takes its strip from the height that the page gave to the map. */
    makeLegend: function () {
      var height = this.container.clientWidth < 640 ? 208 : 172;
      this.container.style.height = this.container.clientHeight - height + "px";
      this.map.invalidateSize({ animate: false, pan: false });
      this.map.setView([this.settings.home.lat, this.settings.home.lon], this.settings.home.zoom, { animate: false });
      return new S.Legend(this.map, height);
    },

    panes: function () {
      var map = this.map;
      this.renderers = {};
      PANES.forEach(function (pane) {
        map.createPane(pane[0]).style.zIndex = pane[1];
      });
      var renderers = this.renderers;
      ["land", "water"].forEach(function (name) { renderers[name] = L.canvas({ pane: name, padding: 0.3 }); map.getPane(name).style.pointerEvents = "none"; });
      ["units", "focus"].forEach(function (name) { renderers[name] = L.svg({ pane: name, padding: 0.3 }); map.getPane(name).style.pointerEvents = "none"; });
      ["shading", "claimAreas", "areas", "origins", "wedges", "shafts", "sides", "claims", "sites"].forEach(function (name) { renderers[name] = L.svg({ pane: name, padding: 0.3 }); });
      map.getPane("baseLabels").style.pointerEvents = "none";
    },

    /** A third button under the zoom: back to the opening view. */
    addHome: function () {
      var bar = this.map.zoomControl && this.map.zoomControl.getContainer(), self = this;
      if (!bar) return;
      var button = L.DomUtil.create("a", "sm-home", bar);
      button.href = "#";
      button.title = "Back to the opening view";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.title);
      button.textContent = "\u2302";
      L.DomEvent.on(button, "click", function (event) {
        L.DomEvent.stop(event);
        self.map.setView(self.home.center, self.home.zoom);
      });
    },

    fetchJson: function (url, signal) {
      return fetch(url, { signal: signal, credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) return answer.text().then(function (text) {
          try { text = JSON.parse(text).error || text; } catch (error) { if (error.name !== "SyntaxError") throw error; }
          throw new Error(text.slice(0, 300) || answer.statusText);
        });
        return answer.json();
      });
    },

    fail: function (error) {
      if (error.name === "AbortError") return;
      if (!this.notice) {
        this.notice = L.DomUtil.create("div", "sm-notice", this.container);
        this.notice.setAttribute("role", "alert");
      }
      this.notice.textContent = "The map could not be loaded: " + error.message + ". Reload the page to try again.";
    },

    clearNotice: function () {
      if (this.notice) this.notice.remove();
      this.notice = null;
      this.lacking = false;
    },

    failUnits: function (error) {
      this.fail(error);
      this.lacking = true;
      this.notice.textContent = "Some boundaries could not be loaded: " + error.message + ". They are asked for again when the map moves or the filters change.";
    },

    /* ---- the base ------------------------------------------------------------------- */

    drawBase: function (base) {
      this.baseData = base;
      var map = this.map, style = this.style = base.style, scale = base.scale, self = this;
      var strokes = style.strokes;
      this.container.style.background = style.colours.sea;
      var still = { interactive: false, smoothFactor: 0.7 };
      var arcs = this.loader.add(base), countries = this.countries = base.units.map(function (unit) { return self.units[unit.id]; });
      // All land in one path: no seam shows between two countries.
      var land = [].concat.apply(S.joinArcs(base.land, arcs), countries.map(function (unit) { return unit.latlngs; }));
      L.polygon(land, this.stroke("land", L.extend({ pane: "land", renderer: this.renderers.land }, still))).addTo(map);
      L.polygon(S.decodePolygon(base.lakes, scale), this.stroke("lakes", L.extend({ pane: "water", renderer: this.renderers.water }, still))).addTo(map);
      // A border is drawn once, from one source; a disputed one is dotted, and no outline runs below it.
      base.borders.concat(base.disputed).forEach(function (border, i) {
        var name = i < base.borders.length ? "boundary-adm0" : "disputed";
        border.latlngs = border.arcs.map(function (number) { return arcs[number]; }).concat(S.decodeLine(border.path || [], scale));
        var line = L.polyline(border.latlngs, self.stroke(name, L.extend({ pane: "units", renderer: self.renderers.units, className: name }, still))).addTo(map);
        self.dress(line, border.ids);
      });
      this.disputed = [].concat.apply([], base.disputed.map(function (border) { return border.latlngs; }));
      this.quiet = S.decodePolygon(base.quiet, scale).map(function (rings) { return { latlngs: [rings], bounds: L.latLngBounds(rings[0]) }; });
      this.refreshUnits();
      this.shading.refresh();
    },

    /* ---- provinces and districts ---------------------------------------------------- */

    /** What should be on the map in this view, most central first, as {country, level}. */
    unitsInView: function () {
      var zoom = this.map.getZoom(), view = this.map.getBounds().pad(0.1), center = this.map.getCenter(), found = [], self = this;
      if (!this.countries || zoom < FROM_ZOOM[1]) return found;
      this.countries.forEach(function (country) {
        // By its parts: the box around a whole country may reach across an ocean.
        if (!view.intersects(country.bounds) || !country.parts.some(function (part) { return view.intersects(part); })) return;
        var away = country.bounds.contains(center) ? 0 : Math.hypot(country.at[1] - center.lat, country.at[0] - center.lng);
        [1, 2].forEach(function (level) {
          var units = country.has[level - 1], names = level === 2 && country.has[2];
          if (zoom < FROM_ZOOM[level] || !(units || names)) return;
          var pixels = Math.sqrt(country.km2 / Math.max(units, 1)) * S.kmToPixels(1, country.at[1], zoom);
          if (names || pixels >= FROM_PIXELS[level] || self.shading.needs(country.id, level)) {
            found.push({ country: country.id, level: level, away: away + level / 100, lines: units && pixels >= FROM_PIXELS[level] });
          }
        });
      });
      return found.sort(function (a, b) { return a.away - b.away; });
    },

    /** Ask for what is in view, and draw no more than that. */
    refreshUnits: function () {
      if (!this.countries) return;
      var wanted = this.unitsInView(), shown = {}, provinces = this.groups.provinces, drawn = this.drawn;
      wanted.forEach(function (one) { if (one.lines) shown[one.country + ":" + one.level] = true; });
      Object.keys(drawn).forEach(function (key) {
        if (!!shown[key] !== provinces.hasLayer(drawn[key])) provinces[shown[key] ? "addLayer" : "removeLayer"](drawn[key]);
      });
      this.loader.want(wanted);
    },

    /** A country's units of a level have arrived: draw the lines between them. */
    takeUnits: function (one, answer, arcs) {
      var self = this, inner = {}, name = "boundary-adm" + one.level;
      (answer.inner[one.level] || []).forEach(function (number) { inner[number] = true; });
      var lines = answer.units.map(function (unit) {
        var edges = [].concat.apply([], [].concat.apply([], unit.rings)).map(function (number) { return number < 0 ? ~number : number; })
          .filter(function (number) { return inner[number]; }).map(function (number) { return arcs[number]; });
        var line = L.polyline(edges, self.stroke(name, { pane: "units", renderer: self.renderers.units, className: name, interactive: false, smoothFactor: 0.7 }));
        line.on("add", function () { self.dress(line, [unit.id]); });
        self.units[unit.id].hasLine = true;
        return line;
      });
      this.drawn[one.country + ":" + one.level] = L.layerGroup(lines);
      if (answer.places) this.places[one.country] = answer.places;
      this.refreshUnits();
      this.shading.draw();
      if (this.lacking && this.loader.isIdle()) this.clearNotice();
      // Names are placed anew when everything is there, not once a country.
      if (this.scene && this.loader.isIdle()) this.refreshNames();
    },

    /** Leaflet options of a stroke of the style table; `hue` stands for the party's colour. */
    stroke: function (name, more, hue) {
      var stroke = this.style.strokes[name];
      return L.extend({
        color: stroke.colour === "party" ? hue : stroke.colour, weight: stroke.width,
        dashArray: stroke.dash.length ? stroke.dash.join(" ") : null,
        fill: !!stroke.fill, fillColor: stroke.fill === "party" ? hue : stroke.fill, fillOpacity: stroke.fill_opacity
      }, more);
    },

    dress: function (layer, ids, words) {
      var path = layer._path;
      if (!path) return;
      path.setAttribute("data-ids", ids.join(" "));
      if (words) {
        path.setAttribute("tabindex", "0");
        path.setAttribute("role", "button");
        path.setAttribute("aria-label", words);
      }
    },

    /* ---- the scene ------------------------------------------------------------------ */

    show: function (settings) {
      this.take(this.ahead.settled(settings));
    },

    /** Show what is wanted; the promise ends when it is drawn, was dropped for something newer, or failed. */
    take: function (settings) {
      this.wanted = settings;
      this.playback.take(settings);
      this.shading.take(settings);
      this.tiles(settings.tiles);
      this.find(settings.found);
      this.rename(settings.names || "english");
      if (S.sameScene(settings.scene, this.shownUrl)) {
        this.highlight(settings.chosen);
        return Promise.resolve();
      }
      this.shownUrl = settings.scene;
      if (this.pending) this.pending.abort();
      this.pending = new AbortController();
      var self = this, signal = this.pending.signal;
      this.container.dataset.state = "loading";
      // All that the marks stand for is there before any is drawn: the old scene gives way to the whole new one.
      // Where the view stays, what it holds of very many events comes with their scene.
      var here = this.scene && this.scene.live ? this.viewQuery() : "";
      this.viewAsked = here;
      var asked = this.fetchJson(settings.scene + here, signal).then(function (scene) {
        if (scene.view) L.extend(scene.units, scene.view.units);
        return self.loader.name(namedIds(scene, true), scene.units).then(function (complete) { return [scene, complete]; });
      });
      return Promise.all([this.base, asked]).then(function (both) {
        var scene = both[1][0], complete = both[1][1];
        return self.loader.name(namedIds(scene, false), scene.units).then(function (also) { return [scene, complete && also]; });
      }).then(function (both) {
        if (signal.aborted) return;
        self.drawScene(both[0], both[1]);
        self.highlight(self.wanted.chosen);
      }).catch(function (error) { if (!signal.aborted) { self.shownUrl = null; self.fail(error); } });
    },

    /** Letter places in another language; nothing is fetched anew but, once, the font. */
    rename: function (names) {
      if (names === this.names) return;
      this.names = names;
      this.reletter();
      // Until the font is there, names stand in one of the system; its widths differ.
      if (names !== "english") S.loadNameFont(this.settings.font).then(this.reletter.bind(this));
    },

    reletter: function () {
      if (!this.scene) return;
      if (this.scene.origins.length) this.retell();
      this.refreshNames();
    },

    /** The plates anew: they say of directions what the map shows. */
    retell: function () {
      if (!this.scene) return;
      this.callouts.set(this.calloutItems(), this.obstacles.bind(this));
      this.playback.refresh();
    },

    /** An item of a label with the lines that the choice of names gives it. */
    letter: function (item) {
      item.lines = S.nameLines(item.text, item.local, this.names);
      return item;
    },

    /** Go to a place that was looked up, and mark it as such: it is no event. */
    find: function (found) {
      var number = found ? found.n : 0, map = this.map, group = this.groups.found, self = this;
      if (number === (this.foundNumber || 0)) return;
      this.foundNumber = number;
      group.clearLayers();
      if (!found) return;
      this.fitted = true;  // the opening view has been left
      this.home = this.home || { center: map.getCenter(), zoom: map.getZoom() };
      if (found.box) map.fitBounds([[found.box[1], found.box[0]], [found.box[3], found.box[2]]], { animate: false, maxZoom: 10, padding: [24, 24] });
      else map.setView([found.at[1], found.at[0]], found.unit ? found.zoom : Math.max(found.zoom, map.getZoom()), { animate: false });
      if (!found.unit) {
        L.marker([found.at[1], found.at[0]], { icon: L.divIcon({ className: "sm-found", iconSize: [26, 26] }), keyboard: false, interactive: false, alt: found.text })
          .bindTooltip(tipNode(found.text), { permanent: true, direction: "bottom", offset: [0, 12], className: "sm-found-name" }).addTo(group);
        return;
      }
      var about = {};
      about[found.unit] = { country: found.country, level: found.level };
      this.base.then(function () { return self.loader.name([found.unit], about); }).then(function (complete) {
        if (!complete || self.foundNumber !== number) return;
        var line = L.polygon(self.units[found.unit].latlngs, { pane: "focus", renderer: self.renderers.focus, interactive: false, fill: false, className: "sm-found-unit", color: FOUND, weight: 1.8, dashArray: "7 4" });
        line.bindTooltip(tipNode(found.text), { permanent: true, direction: "center", className: "sm-found-name" }).addTo(group);
        self.dress(line, [found.unit]);
      }).catch(this.failUnits.bind(this));
    },

    drawScene: function (scene, complete) {
      var map = this.map, switched = this.scene && this.scene.case !== scene.case;
      this.scene = scene;
      if (complete) this.clearNotice();
      if (!complete) this.shownUrl = null;  // asked again on the next run
      ["events", "directions", "origins", "focus"].forEach(function (name) { this.groups[name].clearLayers(); }, this);
      this.layers = [];
      this.pills = [];
      this.gathered = L.layerGroup().addTo(this.groups.events);
      this.flowing = L.layerGroup().addTo(this.groups.directions);
      this.fixed = { points: scene.points, areas: scene.areas, titles: scene.titles, layers: null, pills: null };
      this.sizeAt = {};
      this.borderDots = {};
      if (this.dock) this.dock.keep(Object.keys(scene.titles));
      if (!this.fitted || switched) this.fit(switched);
      scene.outlined.forEach(this.drawOutlined, this);
      scene.focus.forEach(this.drawFocus, this);
      scene.areas.forEach(this.drawArea, this);
      scene.origins.forEach(this.drawOrigin, this);
      scene.borders.forEach(this.drawBorder, this);
      scene.wedges.forEach(this.drawWedge, this);
      scene.lines.forEach(this.drawLine, this);
      scene.sides.forEach(this.drawSide, this);
      scene.points.forEach(this.drawPoint, this);
      this.claims.draw(scene.claimed);
      this.callouts = new S.Labels("callouts").addTo(this.groups.events);
      this.callouts.set(this.calloutItems(), this.obstacles.bind(this));
      this.claims.name();
      if (scene.view && this.viewAsked === this.viewQuery()) this.drawView(scene.view);
      else {
        this.refreshNames();
        this.askView();
        this.refreshView();
        this.playback.refresh();
      }
      map.attributionControl.getContainer().textContent = "";
      this.credits();
      this.loads += 1;
      this.container.dataset.loads = this.loads;
      this.container.dataset.state = "ready";
      this.container.setAttribute("aria-label", "Map: " + scene.counts);
    },

    /** Zoom out where the window is too small for the units in focus at the opening view. */
    fit: function (switched) {
      var home = this.settings.home, bounds = L.latLngBounds([]), self = this;
      if (switched && this.wanted.home) {
        home = this.wanted.home;
        this.map.setView([home.lat, home.lon], home.zoom, { animate: false });
      }
      this.fitted = true;
      if (!home.stated) {
        this.scene.focus.forEach(function (unit) {
          if (self.scene.units[unit.id]) bounds.extend(self.boundsOf(unit.id));
        });
        if (home.box) bounds.extend([[home.box[1], home.box[0]], [home.box[3], home.box[2]]]);
        if (bounds.isValid() && !this.map.getBounds().contains(bounds)) {
          // Events at the edge of their box need room for their marks.
          var zoom = this.map.getBoundsZoom(bounds, false, home.box ? L.point(90, 90) : undefined);
          if (zoom < this.map.getZoom()) this.map.setView(bounds.getCenter(), zoom, { animate: false });
        }
      }
      this.home = { center: this.map.getCenter(), zoom: this.map.getZoom() };
    },

    /** A named unit's bounds, known with the scene. */
    boundsOf: function (id) {
      var box = this.scene.units[id].bounds;
      return L.latLngBounds([box[1], box[0]], [box[3], box[2]]);
    },

    drawFocus: function (focus) {
      var unit = this.units[focus.id];
      if (!unit) return;
      var pane = { pane: "focus", renderer: this.renderers.focus, interactive: false, fill: false, smoothFactor: 0.7 };
      L.polygon(unit.latlngs, L.extend(this.stroke("focus-halo"), pane, { className: "focus-halo", opacity: 0.85 })).addTo(this.groups.focus);
      var line = L.polygon(unit.latlngs, L.extend(this.stroke("boundary-focus"), pane, { className: "boundary-focus" })).addTo(this.groups.focus);
      this.dress(line, [focus.id]);
    },

    /** A unit of a user's own layer: a thin line, which plates and names need not avoid. */
    drawOutlined: function (id) {
      var unit = this.units[id];
      if (!unit) return;
      var line = L.polygon(unit.latlngs, L.extend(this.stroke("boundary-layer"), {
        pane: "focus", renderer: this.renderers.focus, interactive: false, fill: false, smoothFactor: 0.7, className: "boundary-layer"
      })).addTo(this.groups.focus);
      this.dress(line, [id]);
    },

    drawArea: function (mark) {
      var unit = this.units[mark.area];
      if (unit) {
        var shape = L.polygon(unit.latlngs, L.extend(this.stroke("event-area"), {
          pane: "areas", renderer: this.renderers.areas, className: "event-area",
          // Dots would tint a whole country, dashes turn its border into a doubtful one: there the pill is enough.
          fill: unit.level > 0, opacity: unit.level > 0 ? 1 : 0,
          fillColor: "url(#sm-stipple)", fillOpacity: 1, smoothFactor: 0.7
        }));
        this.place(shape, mark, mark.ids, "events");
        this.stipple();
      }
      var marker = L.marker([mark.point[1], mark.point[0]], { pane: "marks", keyboard: false, icon: pillIcon(mark.count) });
      marker.on("add", function () { marker.getElement().dataset.ids = mark.ids.join(" "); });  // none while the layer is off
      this.place(marker, mark, mark.ids, "events");
      this.pills.push(marker);
    },

    /** The pattern of dots lives in the renderer that uses it. */
    stipple: function () {
      var root = this.renderers.areas._container;
      if (!root || root.querySelector("#sm-stipple")) return;
      var ns = "http://www.w3.org/2000/svg", defs = document.createElementNS(ns, "defs");
      var pattern = document.createElementNS(ns, "pattern"), dot = document.createElementNS(ns, "circle");
      [["id", "sm-stipple"], ["width", 9], ["height", 9], ["patternUnits", "userSpaceOnUse"]].forEach(function (a) { pattern.setAttribute(a[0], a[1]); });
      [["cx", 2], ["cy", 2], ["r", 0.75], ["fill", this.style.colours.stipple], ["fill-opacity", 0.55]].forEach(function (a) { dot.setAttribute(a[0], a[1]); });
      pattern.appendChild(dot);
      defs.appendChild(pattern);
      root.insertBefore(defs, root.firstChild);
    },

    drawOrigin: function (mark) {
      var unit = this.units[mark.area];
      if (!unit) return;
      var stroke = this.stroke("origin-area", {
        pane: "origins", renderer: this.renderers.origins, className: "origin-area is-" + (mark.status || "claimed"), smoothFactor: 0.7
      }, this.hue(mark.party));
      var shape = L.polygon(unit.latlngs, L.extend(stroke, S.originStroke(this.style, mark.status)));
      this.place(shape, mark, this.eventsOf(mark.ids), "origins", mark.ids);
    },

    drawBorder: function (mark) {
      var line = L.polyline(S.decodeLine(mark.path, this.baseData.scale), this.stroke("attack-border", {
        pane: "shafts", renderer: this.renderers.shafts, className: "attack-border"
      }, this.hue(mark.party)));
      this.place(line, mark, this.eventsOf(mark.ids), "directions", mark.ids);
    },

    drawLine: function (mark) {
      var path = mark.latlngs = S.decodeLine(mark.path, this.baseData.scale), hue = this.hue(mark.party), sizes = this.style.sizes;
      var stroke = this.stroke("line-" + mark.basis, { pane: "shafts", renderer: this.renderers.shafts, className: "attack-arrow", smoothFactor: 0.5 }, hue);
      if (mark.status === "assessed") stroke.dashArray = this.style.assessed_dash.join(" ");
      stroke.weight = mark.width;
      var fan = { fan: mark.fan, fanSteps: this.style.fan }, open = mark.munitions === null;
      var shaft = new S.FanLine(path, L.extend(stroke, fan));
      this.place(shaft, mark, [mark.event_id], "directions", mark.ids);
      // A thin shaft is hard to aim at.
      this.aim(new S.FanLine(path, { fan: mark.fan, fanSteps: this.style.fan, pane: "shafts", renderer: this.renderers.shafts, className: "attack-aim", color: "#000", opacity: 0, weight: 12, smoothFactor: 0.5 }), mark);
      var last = path[path.length - 1], end = last[last.length - 1], before = last[last.length - 2] || end;
      var map = this.map, target = this.siteOf(mark.event_id);
      var a = map.project(before, 12), b = map.project(end, 12);
      var from = Math.atan2(a.x - b.x, b.y - a.y) * 180 / Math.PI;
      var steps = this.style.fan;
      function aside(p) { return S.towards(p, from + 90, mark.fan * steps.head); }
      var head = new S.Glyph(end, {
        pane: "shafts", renderer: this.renderers.shafts, className: "attack-head" + (open ? " is-open" : ""), reach: 30,
        color: open ? stroke.color : this.style.colours.paper, weight: open ? 1.2 : 0.6, fill: true, fillColor: open ? this.style.colours.paper : stroke.color, fillOpacity: 1,
        interactive: false,
        // The head stops at the ring, or short of the point's glyph where the ring is smaller.
        outline: function (p) {
          var free = target ? map.latLngToLayerPoint(target).distanceTo(p) : POINT_GAP;
          return S.headPath(S.towards(aside(p), from, Math.max(0, POINT_GAP - free)), from, sizes.head);
        }
      });
      head.addTo(this.groups.directions);
      var hasWedge = this.scene.wedges.some(function (wedge) { return wedge.ids.some(function (id) { return mark.ids.indexOf(id) >= 0; }); });
      if (mark.alternative && !hasWedge) {  // else the wedge says it
        this.badge(end, "shafts", function (p) { return S.towards(aside(p), from, sizes.head + 28); });
      }
    },

    /** What makes a mark easy to hit: unseen, with the mark's words and its click. */
    aim: function (layer, mark) {
      var self = this, tip = document.createElement("span");
      tip.textContent = mark.words;
      layer.bindTooltip(tip, { sticky: true, direction: "top", className: "sm-tip" });
      layer.on("click", function (event) { L.DomEvent.stopPropagation(event); self.open([mark.event_id], event.latlng); });
      layer.addTo(this.groups.directions);
    },

    /** The disc that says "or" behind a mark that another excludes. */
    badge: function (at, pane, where) {
      var size = this.style.sizes.badge;
      new S.Glyph(at, {
        pane: pane, renderer: this.renderers[pane], className: "attack-or", reach: 150, interactive: false, color: this.style.colours.ink, weight: 1,
        fill: true, fillColor: this.style.colours.paper, fillOpacity: 1, fillRule: "nonzero", lineCap: "round",
        outline: function (p, zoom) { var place = where(p, zoom); return place ? S.orPath(place, size) : "M0 0"; }
      }).addTo(this.groups.directions);
    },

    drawWedge: function (mark) {
      var at = [mark.point[1], mark.point[0]], depth = this.style.sizes.wedge, self = this;
      var glyph = new S.Glyph(at, this.stroke("wedge-" + mark.status, {
        pane: "wedges", renderer: this.renderers.wedges, className: "attack-wedge is-" + mark.status, reach: 60 + mark.tier * this.style.sizes.tier,
        outline: function (p, zoom) {
          var inner = self.innerRadius(mark, zoom);
          return S.wedgePath(p, inner, inner + depth, mark.from_min_deg, mark.from_max_deg);
        }
      }));
      this.place(glyph, mark, [mark.event_id], "directions", mark.ids);
      if (mark.alternative) {
        var width = ((mark.from_max_deg - mark.from_min_deg) % 360 + 360) % 360, size = this.style.sizes.badge;
        this.badge(at, "wedges", function (p, zoom) {
          return S.towards(p, mark.from_min_deg + width / 2, self.innerRadius(mark, zoom) + depth + size + 2);
        });
      }
    },

    /** Where a wedge begins: outside the ring and the point, and what stands on the tiers before it. */
    innerRadius: function (mark, zoom) {
      return Math.max(POINT_GAP, S.kmToPixels(mark.ring_km, mark.point[1], zoom)) + 2 + mark.tier * this.style.sizes.tier;
    },

    /** Where the chevrons of a side mark begin. */
    sideGap: function (mark, zoom) {
      var ring = mark.ring_km ? S.kmToPixels(mark.ring_km, mark.point[1], zoom) + 4 : 0;
      return Math.max(PILL + 4, ring) + mark.tier * this.style.sizes.tier;
    },

    /** Chevrons beside the target: as many of three as have room before a border. */
    drawSide: function (mark) {
      var at = [mark.point[1], mark.point[0]], self = this, reach = 50 + mark.tier * this.style.sizes.tier;
      var common = { pane: "sides", renderer: this.renderers.sides, reach: reach, fill: false, lineJoin: "round", outline: outline };
      function outline(p, zoom) {
        var size = self.chevronSize(zoom);
        return S.chevronPath(p, mark.azimuth_deg, self.sideGap(mark, zoom), size, size ? 3 : 0);
      }
      new S.Glyph(at, L.extend({}, common, { className: "attack-side-casing", color: "#fff", weight: 6.5, opacity: 0.9, interactive: false })).addTo(this.groups.directions);
      var stroke = this.stroke("side-" + mark.status, common, this.hue(mark.party)), core = this.style.side_core;
      if (stroke.dashArray) stroke.lineCap = "butt";
      this.place(new S.Glyph(at, L.extend(stroke, { className: "attack-side is-" + mark.status })), mark, [mark.event_id], "directions", mark.ids);
      if (mark.status === "assessed") {
        new S.Glyph(at, L.extend({}, common, { className: "attack-side-core", color: core.colour, weight: core.width, interactive: false })).addTo(this.groups.directions);
      }
      // The gaps between the chevrons are part of the mark for whoever aims at it.
      this.aim(new S.Glyph(at, L.extend({}, common, { className: "attack-side-aim", color: "#000", opacity: 0, weight: 16 })), mark);
      if (mark.alternative) {
        this.badge(at, "sides", function (p, zoom) {
          var size = self.chevronSize(zoom);
          return size && S.towards(p, mark.azimuth_deg, self.sideGap(mark, zoom) + size * 2.4 + self.style.sizes.badge + 2);
        });
      }
    },

    /** Size of the chevrons at a zoom: the same for every mark, 0 where one of them has no room. */
    chevronSize: function (zoom) {
      if (zoom in this.sizeAt) return this.sizeAt[zoom];
      var self = this, sides = this.scene.sides, full = this.style.sizes.chevron;
      var fits = [full, full * 0.8].filter(function (size) {
        return sides.every(function (mark) { return self.hasRoom(mark, zoom, size); });
      });
      return (this.sizeAt[zoom] = fits[0] || 0);
    },

    /** Whether three chevrons of a size stand beside the pill without meeting a border. */
    hasRoom: function (mark, zoom, size) {
      var unit = this.units[mark.area], country = unit && this.units[unit.country], map = this.map;
      if (!country) return true;
      var p = map.project([mark.point[1], mark.point[0]], zoom);
      var tail = S.towards(p, mark.azimuth_deg, this.sideGap(mark, zoom) + size * 2.5 + 3);
      var left = S.towards(tail, mark.azimuth_deg - 90, size), right = S.towards(tail, mark.azimuth_deg + 90, size);
      return ![].concat.apply([], country.latlngs).some(function (ring) {
        var line = ring.map(function (at) { return map.project(at, zoom); });
        return S.crossesRing(p, tail, line) || S.crossesRing(p, left, line) || S.crossesRing(p, right, line);
      });
    },

    drawPoint: function (mark) {
      var at = [mark.point[1], mark.point[0]], hue = this.hue(mark.party), shape = S.SHAPES[this.style.shapes[mark.event_type]];
      var size = this.style.sizes.point, strike = mark.event_type === "strike";
      if (mark.ring_km > 0) {
        var ring = new S.Glyph(at, L.extend(this.stroke("ring"), {
          pane: "sites", renderer: this.renderers.sites, className: "event-ring", interactive: false, reach: 2000,
          outline: function (p, zoom) {
            var radius = S.kmToPixels(mark.ring_km, mark.point[1], zoom);
            return radius > size + 2 ? S.SHAPES.circle(p, radius) : "M0 0";
          }
        }));
        ring.addTo(this.groups.events);
      }
      var hollow = mark.precision === "unknown";
      var glyph = new S.Glyph(at, {
        pane: "sites", renderer: this.renderers.sites, className: "event-point", reach: 14,
        color: hollow ? hue : "#fff", weight: hollow ? 2 : 1.2, fill: true, fillColor: hollow ? "#fff" : hue, fillOpacity: hollow ? 0.4 : 1,
        outline: function (p) { return shape(p, strike ? size * 1.1 : size); }
      });
      this.place(glyph, mark, mark.ids, "events");
    },

    /* ---- very many points: what the view holds of them ------------------------------ */

    /** Ask for the points of the view, where the scene leaves them out; an older question is dropped. */
    askView: function () {
      if (!this.scene || !this.scene.live || !this.wanted.view) return;
      if (this.asking) this.asking.abort();
      this.asking = new AbortController();
      var self = this, scene = this.scene, signal = this.asking.signal;
      this.fetchJson(this.wanted.view + this.viewQuery(), signal).then(function (view) {
        if (signal.aborted || scene !== self.scene) return null;
        // The outlines of units that the view names come before their marks.
        return self.loader.name(Object.keys(view.units), view.units).then(function () {
          if (!signal.aborted && scene === self.scene) self.drawView(view);
        });
      }).catch(function (error) { if (!signal.aborted) self.fail(error); });
    },

    /** The part of the map in sight and a little more, as a route takes it. */
    viewQuery: function () {
      var bounds = this.map.getBounds().pad(0.1), whole = bounds.getEast() - bounds.getWest() >= 360;
      var west = whole ? -180 : L.Util.wrapNum(bounds.getWest(), [-180, 180], true), east = whole ? 180 : L.Util.wrapNum(bounds.getEast(), [-180, 180], true);
      var box = [west, Math.max(bounds.getSouth(), -90), east, Math.min(bounds.getNorth(), 90)].map(function (number) { return number.toFixed(4); });
      return "&bbox=" + box.join(",") + "&zoom=" + this.map.getZoom();
    },

    /** Draw single events and cells in the place of those of the view before. */
    drawView: function (view) {
      var events = this.groups.events, directions = this.groups.directions, fixed = this.fixed;
      fixed.layers = fixed.layers || this.layers;
      fixed.pills = fixed.pills || this.pills;
      this.layers = fixed.layers.slice();
      this.scene.points = fixed.points.concat(view.points);
      this.scene.titles = L.extend({}, fixed.titles, view.titles);
      this.gathered.clearLayers();
      this.scene.areas = fixed.areas.concat(view.areas);
      this.scene.cells = view.cells;
      this.scene.unitCells = view.unit_cells;
      L.extend(this.scene.units, view.units);
      this.pills = fixed.pills.slice();
      this.groups.events = this.gathered;
      fitDiscs(view.cells, this.map);
      view.areas.forEach(this.drawArea, this);
      view.unit_cells.forEach(this.drawUnitCell, this);
      this.groups.directions.removeLayer(this.flowing);
      this.flowing = L.layerGroup().addTo(this.groups.directions);
      this.scene.flows = view.flows;
      this.scene.rest = view.rest;
      this.groups.directions = this.flowing;
      view.flows.slice().reverse().forEach(this.drawFlow, this);
      this.toldFlows(view.flows).forEach(this.drawFlowCount, this);
      this.groups.directions = directions;
      view.cells.forEach(this.drawCell, this);
      view.points.forEach(this.drawPoint, this);
      this.groups.events = events;
      this.movePills(view.cells);
      // Names come a moment after the counts, beside them.
      clearTimeout(this.naming);
      this.naming = setTimeout(this.refreshNames.bind(this), 30);
      this.container.dataset.cells = view.cells.length;
      this.container.dataset.views = Number(this.container.dataset.views || 0) + 1;
      this.highlight(this.wanted.chosen);
      this.refreshView();
      this.playback.refresh();
    },

    /** Let the pills of areas stand beside discs, not on them: as near to their own place as there is room. */
    movePills: function (cells) {
      var map = this.map, taken = cells.map(function (cell) {
        return { at: map.latLngToLayerPoint([cell.point[1], cell.point[0]]), half: 0, reach: radiusOf(cell) + PILL };
      });
      this.pills.forEach(function (pill) {
        // A pill is a bar with round ends: the longer its number, the wider.
        var half = pill.options.icon.options.iconSize[0] / 2 - PILL;
        var home = map.latLngToLayerPoint(pill.getLatLng()), found = NUDGES.filter(function (nudge) {
          var at = home.add(nudge);
          return taken.every(function (one) {
            return Math.hypot(Math.max(Math.abs(one.at.x - at.x) - one.half - half, 0), one.at.y - at.y) >= one.reach;
          });
        })[0] || NUDGES[0];
        taken.push({ at: home.add(found), half: half, reach: 2 * PILL + 1 });
        if (pill.getElement()) L.DomUtil.setPosition(pill.getElement(), home.add(found));
      });
    },

    /** A disc with a count; pressed, it lists its events, or the map goes nearer to where they part. */
    drawCell: function (cell) {
      var self = this, at = [cell.point[1], cell.point[0]], radius = radiusOf(cell);
      var disc = L.circleMarker(at, {
        pane: "sites", renderer: this.renderers.sites, className: "event-cell", radius: radius,
        color: "#fff", weight: 1.2, fillColor: this.style.colours.unattributed, fillOpacity: 0.92
      });
      this.place(disc, cell, cell.ids, "events", null, function (at) { self.openCell(cell, at); });
      var text = document.createElement("span");
      text.textContent = S.shortCount(cell.count);
      // Above its disc also in the northern half, where Leaflet stacks markers below zero.
      L.marker(at, { pane: "sites", interactive: false, keyboard: false, zIndexOffset: 1e5, icon: L.divIcon({ className: "sm-cell-count", html: text, iconSize: [2 * radius, 2 * radius] }) }).addTo(this.groups.events);
    },

    /** Attacks that are drawn together: a curve, since a straight line would read as a path, with a head. */
    drawFlow: function (flow) {
      var self = this, map = this.map, hue = this.hue(flow.party), path = flow.path = S.bowed(map, flow.origin, flow.target), width = S.flowWidth(flow.count);
      var end = path[path.length - 1], b = map.project(end, 12), a = map.project(path[path.length - 2], 12), from = Math.atan2(a.x - b.x, b.y - a.y) * 180 / Math.PI;
      var common = { pane: "shafts", renderer: this.renderers.shafts, smoothFactor: 0.5 };
      var curve = L.polyline(path, L.extend({}, common, { className: "attack-flow", color: hue, weight: width, opacity: 0.75 }));
      this.place(curve, flow, flow.ids, "directions", null, function (at) { self.openCell(flow, at); });
      new S.Glyph(end, L.extend({}, common, {
        className: "attack-flow-head", reach: 24, interactive: false, color: this.style.colours.paper, weight: 0.6, fill: true, fillColor: hue, fillOpacity: 1,
        outline: function (p) { return S.headPath(p, from, self.style.sizes.head * 0.7 + width); }
      })).addTo(this.groups.directions);
    },

    /** The number of a flow, with its party's letter: hue is never alone. */
    drawFlowCount: function (flow) {
      var text = document.createElement("span"), letter = (this.scene.parties[flow.party] || {}).letter || "";
      text.style.borderColor = this.hue(flow.party);
      text.textContent = (letter ? letter + " " : "") + flow.count.toLocaleString("en");
      L.marker(flow.path[flow.path.length >> 1], {
        pane: "shafts", interactive: false, keyboard: false, zIndexOffset: 1e5, icon: L.divIcon({ className: "sm-flow-count", html: text, iconSize: [60, 16] })
      }).addTo(this.groups.directions);
    },

    /** Of the largest flows those whose number has room beside those of larger ones. */
    toldFlows: function (flows) {
      var map = this.map, taken = [];
      return flows.slice(0, FLOWS_TOLD).filter(function (flow) {
        var p = map.latLngToLayerPoint(flow.path[flow.path.length >> 1]);
        var free = taken.every(function (q) { return Math.abs(p.x - q.x) > 46 || Math.abs(p.y - q.y) > 18; });
        if (free) taken.push(p);
        return free;
      });
    },

    /** Events known to units that crowd: a pill with their number; pressed, the map goes nearer. */
    drawUnitCell: function (cell) {
      var marker = L.marker([cell.point[1], cell.point[0]], { pane: "marks", keyboard: false, icon: pillIcon(cell.count) }), self = this;
      this.place(marker, cell, [], "events", null, function () { self.openCell(L.extend({ ids: [] }, cell)); });
      this.pills.push(marker);
    },

    openCell: function (cell, latlng) {
      if (cell.ids.length) return this.open(cell.ids, latlng);
      var box = L.latLngBounds([[cell.box[1], cell.box[0]], [cell.box[3], cell.box[2]]]), zoom = this.map.getZoom();
      if (zoom >= this.map.getMaxZoom()) return;
      var near = Math.min(this.map.getBoundsZoom(box.pad(0.2)), this.map.getMaxZoom());
      this.map.setView(box.getCenter(), Math.max(near, zoom + 1));
    },

    /* ---- marks in common ------------------------------------------------------------ */

    place: function (layer, mark, events, group, ids, press) {
      var self = this, open = press || function (at) { self.open(events, at); }, tip = document.createElement("span");
      tip.textContent = mark.words;
      layer.bindTooltip(tip, { sticky: true, direction: "top", className: "sm-tip" });
      layer.on("click", function (event) { L.DomEvent.stopPropagation(event); open(event.latlng); });
      var named = events.map(function (id) { return self.scene.titles[id] || id; }).join(", ");
      // A layer that is switched off and on again has a new path.
      layer.on("add", function () {
        self.dress(layer, ids || events, mark.words.indexOf(named) < 0 ? named + ": " + mark.words : mark.words);
        if (layer._path) L.DomEvent.on(layer._path, "keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { L.DomEvent.stop(event); open(layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter()); }
        });
      });
      layer.addTo(this.groups[group]);
      this.layers.push({ layer: layer, events: events });
    },

    eventsOf: function (attackIds) {
      var scene = this.scene, found = [];
      [scene.lines, scene.wedges, scene.sides].forEach(function (marks) {
        marks.forEach(function (mark) {
          if (mark.ids.some(function (id) { return attackIds.indexOf(id) >= 0; }) && found.indexOf(mark.event_id) < 0) found.push(mark.event_id);
        });
      });
      return found;
    },

    siteOf: function (eventId) {
      var mark = this.scene.points.filter(function (point) { return point.ids.indexOf(eventId) >= 0; })[0];
      return mark && [mark.point[1], mark.point[0]];
    },

    hue: function (party) { return (this.scene.parties[party] || {}).colour || this.style.colours.unattributed; },

    open: function (events, latlng) {
      if (this.wanted.placing) return this.takePoint(latlng);  // a point inside an event's area is a point
      if (!events.length) return;
      if (events.length === 1) { this.openCard(events[0], latlng); return; }
      var self = this;
      var titles = events.map(function (id) { return { id: id, title: self.scene.titles[id] || id }; });
      this.popup(latlng, S.chooserElement(titles, function (id) { self.openCard(id, latlng); }));
    },

    openCard: function (eventId, latlng) {
      var self = this;
      this.layers.forEach(function (item) { item.layer.closeTooltip(); });
      this.choose(eventId);
      this.fetchJson(this.wanted.card + encodeURIComponent(eventId)).then(function (card) {
        self.popup(latlng, S.cardElement(card));
      }).catch(this.fail.bind(this));
    },

    /** The card is docked on the side of the map that leaves the mark free; the map does not move for it. */
    popup: function (latlng, element) {
      if (!this.dock) this.dock = new S.Dock(this.map);
      var at = this.map.latLngToContainerPoint(latlng);
      this.dock.open(element, at.x > this.map.getSize().x / 2 ? "left" : "right");
    },

    /** Tell the page which point was pressed, while it asks for one; the count makes the same point news too. */
    takePoint: function (latlng) {
      var data = window.__GLOBAL_DATA__, streamlit = window.Streamlit, at = latlng.wrap();
      if (!data || !streamlit) return;
      this.clicks += 1;
      data.previous_data = {
        last_object_clicked_popup: data.last_object_clicked_popup,
        last_clicked: { lat: at.lat, lng: at.lng, count: this.clicks }
      };
      streamlit.setComponentValue(data.previous_data);
    },

    /** Tell the page which event was chosen; the count makes a second click on it news too. */
    choose: function (eventId) {
      this.highlight(eventId);
      var data = window.__GLOBAL_DATA__, streamlit = window.Streamlit;
      if (!data || !streamlit) return;
      this.clicks += 1;
      data.last_object_clicked_popup = this.clicks + " " + eventId;
      data.previous_data = { last_object_clicked_popup: data.last_object_clicked_popup };
      streamlit.setComponentValue(data.previous_data);
    },

    highlight: function (eventId) {
      this.wanted.chosen = eventId;
      this.refreshOutside();
      (this.layers || []).forEach(function (item) {
        var node = item.layer._path || (item.layer.getElement && item.layer.getElement());
        if (node) node.classList.toggle("is-chosen", item.events.indexOf(eventId) >= 0);
      });
    },

    /* ---- labels --------------------------------------------------------------------- */

    calloutItems: function () {
      var self = this, items = [], directed = this.map.hasLayer(this.groups.directions);
      this.scene.sides.forEach(function (mark) {
        var area = self.scene.areas.filter(function (a) { return a.area === mark.area; })[0], where = area ? "Somewhere in " + area.area_name : "";
        var from = directed ? mark.words[0].toUpperCase() + mark.words.slice(1) : "";
        items.push(self.callout(mark, [mark.label, where, from, mark.figures, area && area.count > 1 ? WHOLE_PERIOD + area.count + ": " + area.counts : ""],
          directed ? mark.azimuth_deg : null, from || where));
      });
      var sided = this.scene.sides.map(function (mark) { return mark.area; });
      this.scene.areas.forEach(function (mark) {
        if (mark.label) items.push(self.callout(mark, [mark.label, "Somewhere in " + mark.area_name, mark.figures], null, "Somewhere in " + mark.area_name));
        // Without its outline in sight a number alone would look like a place.
        else if (sided.indexOf(mark.area) < 0) items.push({
          mark: mark, at: [mark.point[1], mark.point[0]], kind: "note", text: "somewhere in " + mark.area_name, priority: 90, clear: PILL + 3, prefer: ["S", "N", "E", "W"]
        });
      });
      this.scene.points.forEach(function (mark) {
        if (mark.label) items.push(self.callout(mark, [mark.label, mark.where.split(";")[0]].concat(directed ? mark.origins : [], mark.figures), null, mark.where.split(";")[0]));
      });
      // The name of the stated area, lest a town in it be taken for the place of launch.
      this.scene.origins.forEach(function (mark) {
        var unit = self.units[mark.area];
        if (unit) items.push(self.letter({ mark: mark, at: [unit.at[1], unit.at[0]], kind: "note", text: mark.area_name, local: mark.local, priority: 80, centred: true, nudge: true }));
      });
      return items;
    },

    /** A small plate of text; it keeps to the side that its chevrons leave free. `lines` begin with who and when, `brief` is said at small zooms. */
    callout: function (mark, lines, azimuth, brief) {
      var narrow = this.map.getSize().x < 640, self = this, party = this.scene.parties[mark.party] || {}, hue = this.hue(mark.party);
      var sizes = {}, map = this.map, east = azimuth === null || azimuth > 180;
      // From far away a full plate would hide more than it says; the card has the rest.
      function tier(zoom) { return zoom < BRIEF_BELOW ? "brief" : narrow || zoom < SMALL_BELOW ? "small" : "full"; }
      function node() {
        var zoom = map.getZoom(), kind = tier(zoom);
        // Too near a border for the mark itself, the plate carries it.
        var away = azimuth !== null && self.chevronSize(zoom) === 0;
        var text = kind === "full" ? lines : kind === "small" ? lines.filter(Boolean).slice(0, 3) : [lines[0], brief];
        return calloutNode(text, { hue: hue, letter: party.letter, ids: mark.ids, small: kind !== "full", azimuth: away ? azimuth : null });
      }
      function sizeOf(zoom) {
        var key = tier(zoom) + (azimuth !== null && self.chevronSize(zoom) === 0);
        if (!sizes[key]) {
          var plate = node();
          plate.className += " sm-label-box";
          self.container.appendChild(plate);
          sizes[key] = [plate.offsetWidth, plate.offsetHeight];
          plate.remove();
        }
        return sizes[key];
      }
      return {
        mark: mark, at: [mark.point[1], mark.point[0]], kind: "callout", priority: 100, must: true, clear: PILL + 5, sizeOf: sizeOf,
        prefer: azimuth === null ? undefined : (east ? ["E", "SE", "NE", "S", "N", "SW", "NW", "W"] : ["W", "SW", "NW", "S", "N", "SE", "NE", "E"]),
        // A plate that the window would cut is moved, as long as another place is free.
        cost: function (box) {
          var view = map.getPixelBounds(), inside = Math.max(0, Math.min(box[2], view.max.x - 6) - Math.max(box[0], view.min.x + 6)) *
            Math.max(0, Math.min(box[3], view.max.y - 20) - Math.max(box[1], view.min.y + 6));
          var at = map.project([mark.point[1], mark.point[0]]);
          return (view.contains(at) ? (box[2] - box[0]) * (box[3] - box[1]) - inside : 0) + self.hiddenBorder(box);
        },
        node: node
      };
    },

    /** Cost of a plate over the borders of the units in focus, which are what a reader orients by. */
    hiddenBorder: function (box) {
      var zoom = this.map.getZoom(), dots = this.borderDots[zoom];
      if (zoom > 9) return 0;
      if (!dots) dots = this.borderDots[zoom] = this.dotsAlong(zoom);
      return DOT_COST * dots.filter(function (p) { return p.x > box[0] && p.x < box[2] && p.y > box[1] && p.y < box[3]; }).length;
    },

    /** Points along the outlines in focus, DOT_STEP pixels apart. */
    dotsAlong: function (zoom) {
      var map = this.map, units = this.units, dots = [];
      this.scene.focus.forEach(function (focus) {
        ((units[focus.id] || {}).latlngs || []).forEach(function (rings) {
          rings.forEach(function (ring) {
            var last = null;
            ring.forEach(function (at) {
              var p = map.project(at, zoom), far = last ? p.distanceTo(last) : DOT_STEP;
              if (far < DOT_STEP) return;
              for (var d = last ? DOT_STEP : 0; last && d < far; d += DOT_STEP) dots.push(last.add(p.subtract(last).multiplyBy(d / far)));
              dots.push(p);
              last = p;
            });
          });
        });
      });
      return dots;
    },

    /** Rectangles that labels keep clear of: pills, points, chevrons, wedges, shafts near the target. */
    obstacles: function (zoom, project) {
      var boxes = [], self = this;
      function around(point, radius) {
        var p = project([point[1], point[0]]);
        boxes.push([p.x - radius, p.y - radius, p.x + radius, p.y + radius]);
      }
      this.scene.areas.forEach(function (mark) { around(mark.point, PILL + 1); });
      this.scene.points.forEach(function (mark) { around(mark.point, 9); });
      (this.scene.cells || []).forEach(function (cell) { around(cell.point, radiusOf(cell) + 2); });
      boxes = boxes.concat(this.claims.boxes(project));
      this.scene.sides.forEach(function (mark) {
        var p = project([mark.point[1], mark.point[0]]), size = self.chevronSize(zoom);
        for (var i = 0; i < (size ? 3 : 0); i++) {
          var c = S.towards(p, mark.azimuth_deg, self.sideGap(mark, zoom) + i * size * 0.85 + 3);
          boxes.push([c.x - size, c.y - size, c.x + size, c.y + size]);
        }
      });
      this.scene.wedges.forEach(function (mark) {
        var p = project([mark.point[1], mark.point[0]]), width = ((mark.from_max_deg - mark.from_min_deg) % 360 + 360) % 360;
        var inner = self.innerRadius(mark, zoom), depth = self.style.sizes.wedge;
        for (var turn = 0; turn <= width; turn += 15) {
          var c = S.towards(p, mark.from_min_deg + turn, inner + depth * 0.6);
          boxes.push([c.x - 8, c.y - 8, c.x + 8, c.y + 8]);
        }
        if (mark.alternative) {
          var or = S.towards(p, mark.from_min_deg + width / 2, inner + depth + 8);
          boxes.push([or.x - 8, or.y - 8, or.x + 8, or.y + 8]);
        }
      });
      this.scene.lines.forEach(function (mark) {
        var part = mark.latlngs[mark.latlngs.length - 1], end = project(part[part.length - 1]), start = project(mark.latlngs[0][0]);
        var length = Math.min(end.distanceTo(start), 320), azimuth = Math.atan2(start.x - end.x, end.y - start.y) * 180 / Math.PI;
        for (var d = 10; d < length; d += 10) {
          var c = S.towards(end, azimuth, d);
          boxes.push([c.x - 4, c.y - 4, c.x + 4, c.y + 4]);
        }
      });
      return boxes;
    },

    calloutBoxes: function (zoom, project) {
      if (!this.callouts._placed && this.callouts._map) this.callouts._place();  // nowhere while events are switched off
      return this.obstacles(zoom, project).concat((this.callouts._placed || []).map(function (label) { return label.box; }));
    },

    /** Names of countries whose own label is out of sight, each at a place of theirs that is in view. */
    countriesInView: function () {
      var map = this.map, bounds = map.getBounds(), zoom = map.getZoom(), items = [], self = this;
      if (zoom < 4 || zoom >= 9.5) return items;
      this.countries.forEach(function (unit) {
        if (!bounds.intersects(unit.bounds) || bounds.contains([unit.at[1], unit.at[0]])) return;
        for (var row = 1; row < 12; row++) {
          for (var column = 1; column < 12; column++) {
            var at = map.containerPointToLatLng(L.point(map.getSize().x * column / 12, map.getSize().y * row / 12));
            if (!S.holds(unit, at) || self.quiet.some(function (other) { return S.holds(other, at); })) continue;
            var edge = Math.min(column, 12 - column, row, 12 - row);
            items.push({ at: [at.lat, at.lng], text: unit.name, local: unit.local, kind: "country", priority: 48 + edge / 10, centred: true, apart: 1e5, cost: self.outside(unit) });
          }
        }
      });
      return items;
    },

    /** Cost of a box with a corner outside a unit. */
    outside: function (unit) {
      var map = this.map;
      return function (box) {
        var corners = [[box[0], box[1]], [box[2], box[1]], [box[0], box[3]], [box[2], box[3]]];
        return corners.every(function (c) { return S.holds(unit, map.unproject(L.point(c[0], c[1]))); }) ? 0 : 1e4;
      };
    },

    /** Cost of a box whose middle is not within the units, or is: no name stands in another country, nor a sea's on land. */
    off: function (units, within) {
      var map = this.map;
      return function (box) {
        var middle = map.unproject(L.point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2));
        return units.some(function (unit) { return S.holds(unit, middle); }) === within ? 0 : 1e4;
      };
    },

    baseItems: function () {
      var items = [], self = this, focus = {}, named = {};
      function pixels(unit, zoom) { return Math.sqrt(unit.km2) * S.kmToPixels(1, unit.at[1], zoom); }
      this.scene.focus.forEach(function (entry) {
        var unit = self.units[entry.id];
        focus[entry.id] = true;
        if (unit && (unit.level < 2 || isOwn(entry.id))) items.push({ at: [unit.at[1], unit.at[0]], spots: insideOf(unit), soft: function (box) { return self.hiddenBorder(box); }, text: entry.name, local: entry.local, kind: "focus", priority: 60, centred: true, nudge: true, when: function (z) { return z >= 4.5; } });
      });
      // A tinted area of launch has its name from the scene.
      this.scene.origins.forEach(function (mark) { named[mark.area] = true; });
      this.scene.outlined.forEach(function (id) {
        var unit = self.units[id];
        if (unit) items.push({ at: [unit.at[1], unit.at[0]], text: unit.name, local: unit.local, kind: "district", priority: 20, centred: true, nudge: true, when: function (z) { return pixels(unit, z) > 60; } });
      });
      Object.keys(this.units).forEach(function (id) {
        var unit = self.units[id];
        // A unit that a mark alone brought has no line of its own, so its name would hang in the air.
        if (named[id] || focus[id] && unit.level < 2 || unit.level && !unit.hasLine) return;
        var at = [unit.at[1], unit.at[0]];
        if (unit.level === 0) items.push({ at: at, text: unit.name, local: unit.local, kind: "country", priority: 50 + Math.log10(unit.km2 + 1), centred: true, nudge: true, cost: self.off([unit], true), when: function (z) { return pixels(unit, z) > 44 && z < 9; } });
        if (unit.level === 1) items.push({ at: at, text: unit.name, local: unit.local, kind: "province", priority: 10, centred: true, nudge: true, when: function (z) { return z >= 6 && pixels(unit, z) > 80; } });
        if (unit.level === 2) items.push({ at: at, text: unit.name, local: unit.local, kind: "district", priority: 8, centred: true, nudge: true, when: function (z) { return z >= 7.5 && pixels(unit, z) > 60; } });
      });
      this.baseData.places.forEach(function (place) {
        items.push(L.extend(placeItem(place), place[4] === "sea" ? { cost: self.off(self.countries, false) } : {}));
      });
      return items;
    },

    /** Names of smaller places in and around the view, the weightiest of them. */
    placesInView: function () {
      var zoom = this.map.getZoom(), around = this.map.getBounds().pad(1), found = [], places = this.places;
      if (zoom < PLACE_FROM[3]) return found;
      Object.keys(places).forEach(function (country) {
        places[country].forEach(function (place) {
          if (zoom >= PLACE_FROM[place[3]] && around.contains([place[2], place[1]])) found.push(place);
        });
      });
      found.sort(function (a, b) { return a[3] - b[3]; });
      return found.slice(0, PLACES_AT_ONCE).map(placeItem);
    },

    refreshNames: function () {
      var self = this;
      function taken(zoom, project) { return self.calloutBoxes(zoom, project).concat(self.claims.nameBoxes()); }
      this.baseLabels.set(this.baseItems().map(this.letter, this), taken, function () { return self.countriesInView().concat(self.placesInView()).map(self.letter, self); });
    },

    /* ---- around the map --------------------------------------------------------------- */

    refreshView: function () {
      if (!this.scene) return;
      var bounds = this.map.getBounds();
      this.layers.forEach(function (item) {  // what is out of sight is not on the way of the Tab key
        var layer = item.layer, seen = layer.getLatLng ? bounds.contains(layer.getLatLng()) : bounds.intersects(layer.getBounds());
        if (layer._path) layer._path.setAttribute("tabindex", seen ? "0" : "-1");
      });
      this.refreshLegend();
      this.refreshOutside();
    },

    /** Say what is drawn but out of sight, or that nothing is drawn; a press shows it. */
    refreshOutside: function () {
      var map = this.map, bounds = map.getBounds(), scene = this.scene, out = L.latLngBounds([]), ids = [], sides = {}, self = this;
      // Of very many events the view has its own; what lies beyond it is not told one by one.
      var marks = scene.live ? this.fixed.points.concat(this.fixed.areas) : scene.points.concat(scene.areas);
      marks.forEach(function (mark) {
        var at = L.latLng(mark.point[1], mark.point[0]);
        if (bounds.contains(at)) return;
        ids = ids.concat(mark.ids);
        out.extend(at);
        sides[at.lng < bounds.getWest() ? "west" : at.lng > bounds.getEast() ? "east" : at.lat > bounds.getNorth() ? "north" : "south"] = true;
      });
      if (!this.outside_) this.outside_ = L.DomUtil.create("div", "sm-outside", this.container);
      var box = this.outside_, none = !scene.points.length && !scene.areas.length && !scene.live;
      box.textContent = "";
      box.hidden = !ids.length && !none;
      if (none) {
        box.textContent = scene.placeless ? scene.claimed.length ? "No filtered event has a place of its own on the map; what claimants state is drawn." : "None of the filtered events has a place on the map; see the table." : "No event matches the filters.";
      } else if (ids.length) {
        var chosen = ids.indexOf(this.wanted.chosen) >= 0, side = Object.keys(sides).length === 1 ? Object.keys(sides)[0] + " of" : "outside";
        var what = chosen ? "The chosen event lies " : ids.length === 1 ? "1 event lies " : ids.length + " events lie ";
        box.appendChild(document.createTextNode(what + side + " this view "));
        var button = L.DomUtil.create("button", "", box);
        button.type = "button";
        button.textContent = "Show";
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.on(button, "click", function () {
          if (chosen) map.setView(self.placeOf(self.wanted.chosen), Math.max(5, Math.min(map.getZoom(), 7)));
          else map.fitBounds(out.extend(bounds.getCenter()).pad(0.15));
        });
      }
    },

    placeOf: function (eventId) {
      var mark = this.scene.points.concat(this.scene.areas).filter(function (one) { return one.ids.indexOf(eventId) >= 0; })[0];
      return [mark.point[1], mark.point[0]];
    },

    /** Places along the disputed lines between India and Pakistan. */
    kashmir: function () {
      return [].concat.apply([], [].concat.apply([], this.baseData.disputed.filter(function (line) {
        return line.ids.indexOf("IND") >= 0 && line.ids.indexOf("PAK") >= 0;
      }).map(function (line) { return line.latlngs; })));
    },

    refreshLegend: function () {
      if (!this.scene) return;
      var scene = this.scene, bounds = this.map.getBounds(), style = this.style, self = this;
      function point(mark) { return bounds.contains([mark.point[1], mark.point[0]]); }
      function area(mark) { return scene.units[mark.area] && bounds.intersects(self.boundsOf(mark.area)); }
      var lineInView = {};
      this.layers.forEach(function (item) { if (item.layer.getBounds && bounds.intersects(item.layer.getBounds())) item.events.forEach(function (id) { lineInView[id] = true; }); });
      var groups = this.groups, map = this.map, group = { shading: "shading", shade: "shading", claim: "claims", "claim-ring": "claims", "claim-area": "claims", cell: "events", point: "events", ring: "events", area: "events", focus: "focus", origin: "origins" };
      var loc = this.baseData && this.kashmir().some(function (at) { return bounds.contains(at); });
      this.legend.show(L.extend({}, scene, { legend: this.shading.entries().concat(scene.legend, loc ? LINE_OF_CONTROL : [], scene.rest ? [{ symbol: "rest", text: scene.rest, party: "" }] : []) }), style, function (entry) {
        var kind = entry.symbol === "party" || entry.symbol === "disputed" ? "" : group[entry.symbol] || "directions";
        if (kind && !map.hasLayer(groups[kind])) return false;
        if (entry.symbol === "party" && !map.hasLayer(groups.events) && !map.hasLayer(groups.directions)) return false;
        switch (entry.symbol) {
          case "point": return scene.points.some(function (m) { return point(m) && style.shapes[m.event_type] === entry.shape; });
          case "ring": return scene.points.some(function (m) { return point(m) && m.ring_km > 0; });
          case "area": return scene.areas.some(area) || (scene.unitCells || []).length > 0;
          case "claim-ring": return scene.claimed.some(function (m) { return point(m) && m.ring_km > 0; });
          case "claim": case "claim-area": return scene.claimed.some(function (m) {
            return !m.area === (entry.symbol === "claim") && m.is_aside === (entry.status === "aside") && (m.is_aside || m.area || (m.subject === "origin") === (entry.shape === "origin")) && (m.area ? area(m) : point(m));
          });
          case "side": return scene.sides.some(function (m) { return m.party === entry.party && m.status === entry.status && point(m); });
          case "flow": return (scene.flows || []).some(function (m) { return m.party === entry.party; });
          case "alternative": return scene.sides.concat(scene.wedges).some(function (m) { return m.alternative && point(m); }) ||
            scene.lines.some(function (m) { return m.alternative && lineInView[m.event_id]; });
          case "party": return scene.sides.some(function (m) { return m.party === entry.party && point(m); }) ||
            scene.points.some(function (m) { return m.party === entry.party && point(m); }) ||
            scene.lines.some(function (m) { return m.party === entry.party && lineInView[m.event_id]; });
          case "line": return scene.lines.some(function (m) { return m.party === entry.party && m.basis === entry.basis && m.status === entry.status && lineInView[m.event_id]; });
          case "munitions": return scene.lines.some(function (m) { return m.munitions !== null && lineInView[m.event_id]; });
          case "unnumbered": return scene.lines.some(function (m) { return m.munitions === null && lineInView[m.event_id]; });
          case "origin": return scene.origins.some(function (m) { return m.party === entry.party && m.status === entry.status && area(m); });
          case "wedge": return scene.wedges.some(function (m) { return m.status === entry.status && point(m); });
          case "focus": return scene.focus.some(function (f) { return scene.units[f.id] && bounds.intersects(self.boundsOf(f.id)); });
          case "disputed": return self.disputed.some(function (part) { return part.some(function (at) { return bounds.contains(at); }); });
          default: return true;
        }
      });
    },

    credits: function () {
      var control = this.map.attributionControl, box = control.getContainer();
      var details = L.DomUtil.create("details", "sm-credits", box);
      L.DomUtil.create("summary", "", details).textContent = (this.map.getSize().x < 640 ? "" : "Boundaries and names: ") +
        this.scene.credits.map(creditName).filter(function (name, i, all) { return all.indexOf(name) === i; }).join(" · ");
      this.scene.credits.concat([this.scene.disclaimer]).forEach(function (text) { L.DomUtil.create("p", "", details).textContent = text; });
      if (this.tileLayer) L.DomUtil.create("p", "", box).textContent = "Tiles " + this.tileText;
    },

    /** Online tiles are drawn only where the page says that the user asked for them. */
    tiles: function (tiles) {
      var url = tiles ? tiles.url : "";
      if (url === (this.tileUrl || "")) return;
      this.tileUrl = url;
      if (this.tileLayer) { this.tileLayer.remove(); this.tileLayer = null; }
      if (tiles) {
        this.tileText = tiles.attribution;
        this.tileLayer = L.tileLayer(tiles.url, { maxZoom: tiles.max_zoom, pane: "water" }).addTo(this.map);
      }
      var self = this;
      this.base.then(function () {
        self.map.getPane("land").style.opacity = tiles ? 0 : 1;
        if (self.scene) { self.map.attributionControl.getContainer().textContent = ""; self.credits(); }
      });
    },

    /** Keep the view in the page's address, so that it can be sent on; no script is rerun. */
    /** The layers that are switched off, by the words of an address. */
    hidden: function () {
      var map = this.map, groups = this.groups;
      return Object.keys(HIDEABLE).filter(function (key) { return !map.hasLayer(groups[HIDEABLE[key]]); });
    },

    writeAddress: function () {
      if (!this.home || !this.settings.address) return;
      var center = this.map.getCenter(), zoom = this.map.getZoom();
      var moved = Math.abs(center.lat - this.home.center.lat) > 1e-4 || Math.abs(center.lng - this.home.center.lng) > 1e-4 || zoom !== this.home.zoom;
      try {
        var url = new URL(window.parent.location.href);
        if (moved || this.settings.home.stated) {
          url.searchParams.set("lat", center.lat.toFixed(4));
          url.searchParams.set("lon", L.Util.wrapNum(center.lng, [-180, 180], true).toFixed(4));
          url.searchParams.set("zoom", String(zoom));
        } else {
          ["lat", "lon", "zoom"].forEach(function (key) { url.searchParams.delete(key); });
        }
        url.searchParams.delete("hide");
        this.hidden().forEach(function (key) { url.searchParams.append("hide", key); });
        url.searchParams.delete("show");
        if (this.shading.isOn()) url.searchParams.append("show", "shading");
        window.parent.history.replaceState(window.parent.history.state, "", url);
      } catch (error) {
        if (error.name !== "SecurityError") throw error;  // embedded elsewhere: the address is not ours
      }
    }
  };

  /** Leaflet focuses the map on a press; in a frame the page around it would jump, and the click miss. */
  function focusInPlace(map) {
    map.keyboard.disable();
    map.keyboard._onMouseDown = function () {
      if (!this._focused) map.getContainer().focus({ preventScroll: true });
    };
    map.keyboard.enable();
  }

  /** Whose a credit is: "Place names: © GeoNames, CC BY 4.0" is GeoNames'; open data of OpenStreetMap is named with it. */
  function creditName(text) {
    var name = text.slice(text.indexOf(": ") + 1).split(/[,(;]/)[0].trim();
    return name + (/OpenStreetMap/.test(text) && !/OpenStreetMap/.test(name) ? "/OpenStreetMap" : "") + (/ODbL/.test(text) ? " (ODbL)" : "");
  }

  /** A pill with a count, wide enough for it. */
  S.pillIcon = pillIcon;
  function pillIcon(count) {
    var pill = document.createElement("span");
    pill.textContent = count.toLocaleString("en");
    return L.divIcon({ className: "event-pill", html: pill, iconSize: [Math.max(2 * PILL, 8 + 7 * pill.textContent.length), 2 * PILL] });
  }

  /** A disc grows with its count, and stays smaller than the square that it stands for. */
  S.radiusOf = function (count) { return Math.min(9 + 2.2 * Math.log(count), 30); };
  function radiusOf(cell) { return cell.radius || S.radiusOf(cell.count); }

  /** A number as a disc has room for it; the legend explains the letters, and the disc itself says it whole when pointed at. */
  S.shortCount = function (count) {
    if (count >= 999500) return (count / 1e6).toFixed(1) + "M";
    return count >= 1e5 ? Math.round(count / 1e3) + "k" : count.toLocaleString("en");
  };

  /** Let discs that would hide each other's numbers be as small as their own numbers allow. */
  function fitDiscs(cells, map) {
    var at = cells.map(function (cell) { return map.latLngToLayerPoint([cell.point[1], cell.point[0]]); });
    cells.forEach(function (cell, n) {
      var near = Infinity, least = 5 + 3.2 * S.shortCount(cell.count).length;
      at.forEach(function (other, m) { if (m !== n) near = Math.min(near, other.distanceTo(at[n])); });
      cell.radius = Math.min(S.radiusOf(cell.count), Math.max(near / 2, least));
    });
  }

  /** Places well inside a unit, the nearest to its middle first: further room for its name. */
  function insideOf(unit) {
    if (unit.inner) return unit.inner;
    var box = unit.bounds, found = [], south = box.getSouth(), west = box.getWest(), up = (box.getNorth() - south) / 9, across = (box.getEast() - west) / 9;
    for (var i = 1; i < 9; i += 1) for (var j = 1; j < 9; j += 1) {
      var at = L.latLng(south + i * up, west + j * across);
      if ([[0, 0], [0, -1], [0, 1], [-0.5, 0], [0.5, 0]].every(function (step) { return S.holds(unit, L.latLng(at.lat + step[0] * up, at.lng + step[1] * across)); })) found.push(at);
    }
    function away(at) { return Math.hypot(at.lat - unit.at[1], at.lng - unit.at[0]); }
    unit.inner = found.sort(function (a, b) { return away(a) - away(b); }).map(function (at) { return [at.lat, at.lng]; });
    return unit.inner;
  }

  /** Whether a unit is of a layer beside the packs: its id has a colon. */
  function isOwn(id) { return id.indexOf(":") >= 0; }

  /** Ids that a scene names: those below countries, or the countries, which the base has unless they are tiny. */
  function namedIds(scene, below) {
    return Object.keys(scene.units).filter(function (id) {
      var inBase = scene.units[id].level === 0 && !isOwn(id);
      return below !== inBase;
    });
  }

  function placeItem(place) {
    var rank = place[3], sea = place[4] === "sea", from = sea ? (rank === 1 ? 3.5 : 5) : PLACE_FROM[rank];
    return L.extend({ at: [place[2], place[1]], text: place[0], local: place.length > 5 ? [place[5], place[6]] : undefined, when: function (z) { return z >= from; } },
      sea ? { kind: "sea", priority: 55, centred: true, nudge: true } : { kind: "town", priority: 40 - rank * 6, clear: 5, dot: true });
  }

  function tipNode(text) {
    var node = document.createElement("span");
    node.textContent = text;
    return node;
  }

  function calloutNode(lines, look) {
    var node = document.createElement("div"), hue = look.hue;
    node.className = "sm-callout" + (look.small ? " is-small" : "");
    node.style.borderLeftColor = hue;
    node.dataset.ids = look.ids.join(" ");
    lines.filter(Boolean).forEach(function (text, i) {
      var line = document.createElement(i ? "span" : "b");
      if (!i) line.style.color = hue;
      if (text.indexOf(WHOLE_PERIOD) === 0) line.className = "sm-whole-period";
      line.textContent = text;
      node.appendChild(line);
    });
    if (look.letter) {  // hue is never alone
      var badge = document.createElement("em");
      badge.textContent = look.letter;
      badge.style.background = hue;
      node.firstChild.prepend(badge);
    }
    if (look.azimuth !== null) node.firstChild.prepend(chevronIcon(hue, look.azimuth));
    return node;
  }

  function chevronIcon(hue, azimuth) {
    var ns = "http://www.w3.org/2000/svg", root = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
    root.setAttribute("viewBox", "0 0 24 24");
    root.setAttribute("class", "sm-chevrons");
    path.setAttribute("d", S.chevronPath(S.towards(L.point(12, 12), azimuth + 180, 9), azimuth, 0, 9, 3));
    path.setAttribute("stroke", hue);
    root.appendChild(path);
    return root;
  }

})(window.Strikemap);
