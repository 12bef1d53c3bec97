/* Events by unit: units shaded by the number of filtered events joined to them. Off until it is switched on;
   the numbers are asked for once a filter and level, the outlines are those that the map has. */
(function (S) {
  "use strict";

  var NAME = "Events by unit", FROM_ZOOM = [0, 4.5, 7];  // as geodata/shading.py has them

  /** The layer; `offered` are the keys with which the map opens, undefined where the page has no numbers. */
  S.Shading = function (controller, control, offered) {
    this.controller = controller;
    this.map = controller.map;
    this.group = controller.groups.shading = L.layerGroup();
    this.url = "";
    this.answers = {};   // level → answer, of one filter
    this.shown = null;   // the answer that is drawn
    this.drawn = {};     // id → polygon
    if (!offered) return;
    control.addOverlay(this.group, NAME);
    if (offered.indexOf("shading") >= 0) this.group.addTo(this.map);
    this.map.on("moveend overlayadd overlayremove", this.refresh, this);
  };

  S.Shading.prototype = {
    isOn: function () { return this.map.hasLayer(this.group); },

    /** Take the page's settings: of another filter nothing holds; what is drawn stays until the new numbers are there. */
    take: function (settings) {
      // To a chosen event these numbers owe nothing.
      var url = (settings.counts || "").replace(/&event=[^&]*/, "");
      if (S.sameScene(url, this.url)) return;
      this.url = url;
      this.answers = {};
      if (this.asking) this.asking.abort();
      this.asking = null;
      if (this.isOn()) this.refresh();
      else this.clear();
    },

    clear: function () {
      this.group.clearLayers();
      this.shown = null;
      this.drawn = {};
    },

    level: function () {
      var zoom = this.map.getZoom();
      return zoom < FROM_ZOOM[1] ? 0 : zoom < FROM_ZOOM[2] ? 1 : 2;
    },

    /** Whether outlines of a country are needed that are too small for lines between them. */
    needs: function (country, level) {
      return !!this.shown && this.isOn() && (this.shown.wanted[level] || []).indexOf(country) >= 0;
    },

    refresh: function () {
      if (!this.isOn() || !this.url || !this.controller.style) return;
      var level = this.level(), answer = this.answers[level];
      if (!answer) this.ask(level);
      else if (answer !== this.shown) this.show(answer);
      else this.draw();
    },

    ask: function (level) {
      if (this.asking && this.asking.level === level) return;
      if (this.asking) this.asking.abort();
      var self = this, controller = this.controller, asking = this.asking = new AbortController();
      asking.level = level;
      controller.fetchJson(this.url + "&level=" + level, asking.signal).then(function (answer) {
        if (asking.signal.aborted) return;
        self.asking = null;
        self.answers[level] = answer;
        self.refresh();
      }).catch(function (error) {
        if (asking.signal.aborted) return;
        self.asking = null;
        self.clear();
        controller.refreshLegend();
        controller.fail(error);
        controller.notice.textContent = "The numbers of events by unit could not be loaded: " + error.message + ". They are asked for again when the map moves.";
      });
    },

    /** Draw other numbers: of another filter or level. */
    show: function (answer) {
      var self = this;
      this.clear();
      this.shown = answer;
      var own = Object.keys(answer.own);
      if (own.length) this.controller.loader.name(own, answer.own).then(function () { self.refresh(); });
      this.controller.refreshUnits();
      this.draw();
      this.controller.container.dataset.shading = answer.level;
    },

    /** Draw the shaded units that are in view, as far as their outlines are there, and no others. */
    draw: function () {
      if (!this.shown || !this.isOn()) return;
      var answer = this.shown, view = this.map.getBounds().pad(0.1), units = this.controller.units, drawn = this.drawn, self = this;
      answer.ids.forEach(function (id, n) {
        var unit = units[id], isSeen = unit && meets(unit, view);
        if (isSeen && !drawn[id]) drawn[id] = self.polygon(unit, n).addTo(self.group);
        else if (!isSeen && drawn[id]) {
          self.group.removeLayer(drawn[id]);
          delete drawn[id];
        }
      });
      this.controller.refreshLegend();
    },

    polygon: function (unit, n) {
      var answer = this.shown, controller = this.controller, tip = document.createElement("span");
      tip.textContent = unit.name + answer.endings[answer.suffixes[n]] + ": " + answer.texts[answer.words[n]];
      var shape = L.polygon(unit.latlngs, controller.stroke("unit-shade", {
        pane: "shading", renderer: controller.renderers.shading, className: "unit-shade", smoothFactor: 0.5,
        fill: true, fillColor: controller.style.shades[answer.shades[n] - 1], fillOpacity: 1
      }));
      shape.shade = answer.shades[n];
      shape.bindTooltip(tip, { sticky: true, direction: "top", className: "sm-tip" });
      shape.on("add", function () {
        controller.dress(shape, [unit.id]);
        shape._path.setAttribute("role", "img");
        shape._path.setAttribute("aria-label", tip.textContent);
        shape._path.dataset.count = answer.counts[n];
      });
      return shape;
    },

    /** The legend's entries: what is counted, and the shades that are in view. */
    entries: function () {
      if (!this.shown || !this.isOn()) return [];
      var view = this.map.getBounds(), units = this.controller.units, drawn = this.drawn, seen = {};
      Object.keys(drawn).forEach(function (id) { if (meets(units[id], view)) seen[drawn[id].shade] = true; });
      return this.shown.legend.filter(function (entry) { return entry.symbol !== "shade" || seen[entry.status]; });
    }
  };

  /** By its parts: the box around a whole country may reach across an ocean. */
  function meets(unit, view) {
    return view.intersects(unit.bounds) && unit.parts.some(function (part) { return view.intersects(part); });
  }
})(window.Strikemap);
