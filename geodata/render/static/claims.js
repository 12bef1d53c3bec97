/* Positions that claimants state: a layer of its own over the scene's other marks, with labels that say whose claim each is. */
(function (S) {
  "use strict";

  // Below this zoom names would stand beside the marks of other events.
  var NAMED_FROM = 5.5, NAME = "Claimed positions", REACH = 8, LABEL_CLEAR = 13;

  /** The layer; `controller` draws, dresses and opens marks, `control` is the map's layer control. */
  S.Claims = function (controller, control) {
    this.controller = controller;
    this.control = control;
    this.group = controller.groups.claims;
    this.marks = [];
  };

  S.Claims.prototype = {
    /** Replace what is drawn; without claimed positions the layer control does not offer the layer. */
    draw: function (marks) {
      this.group.clearLayers();
      if (!this.marks.length !== !marks.length) this.control[marks.length ? "addOverlay" : "removeLayer"](this.group, NAME);
      this.marks = marks;
      marks.forEach(function (mark) {
        if (mark.leader.length) this.drawLeader(mark);
        if (mark.area) this.drawArea(mark);
        else this.drawPoint(mark);
      }, this);
    },

    /** Say beside each mark whose claim it is, where the events' own plates leave room. */
    name: function () {
      this.labels = new S.Labels("callouts").addTo(this.group);
      this.labels.set(this.marks.map(this.label, this), this.controller.calloutBoxes.bind(this.controller));
    },

    nameBoxes: function () {
      var isShown = this.controller.map.hasLayer(this.group);
      return (isShown && this.labels && this.labels._placed || []).map(function (label) { return label.box; });
    },

    options: function (mark, name, pane, more) {
      var controller = this.controller, renderer = controller.renderers[pane];
      return controller.stroke(name, L.extend({ pane: pane, renderer: renderer, className: name + (mark.is_aside ? " is-aside" : "") }, more));
    },

    drawLeader: function (mark) {
      var line = mark.leader.map(function (at) { return [at[1], at[0]]; });
      L.polyline(line, this.options(mark, "claim-leader", "claimAreas", { interactive: false, opacity: mark.is_aside ? 0.6 : 1 })).addTo(this.group);
    },

    drawArea: function (mark) {
      var unit = this.controller.units[mark.area];
      if (!unit) return;
      // Filled with nothing, it can be pressed; a whole country would take every press on the map.
      var shape = L.polygon(unit.latlngs, L.extend(this.options(mark, mark.is_aside ? "claim-area-aside" : "claim-area", "claimAreas", { smoothFactor: 0.7 }), {
        className: "claim-area" + (mark.is_aside ? " is-aside" : ""), fill: unit.level > 0, fillOpacity: 0
      }));
      this.controller.place(shape, mark, [mark.event_id], "claims", mark.ids);
    },

    drawPoint: function (mark) {
      var at = [mark.point[1], mark.point[0]], size = this.controller.style.sizes.claim * (mark.is_aside ? 0.8 : 1);
      if (mark.ring_km > 0) {
        new S.Glyph(at, this.options(mark, "claim-ring", "claimAreas", {
          interactive: false, reach: 2000, opacity: mark.is_aside ? 0.5 : 1,
          outline: function (p, zoom) {
            var radius = S.kmToPixels(mark.ring_km, at[0], zoom);
            return radius > size + 2 ? S.SHAPES.circle(p, radius) : "M0 0";
          }
        })).addTo(this.group);
      }
      var glyph = new S.Glyph(at, L.extend(this.options(mark, mark.is_aside ? "claim-aside" : "claim", "claims", { reach: 16 }), {
        className: "claim-point" + (mark.is_aside ? " is-aside" : ""),
        outline: function (p) { return S.claimPath(p, size, mark.is_aside, mark.subject === "origin"); }
      }));
      this.controller.place(glyph, mark, [mark.event_id], "claims", mark.ids);
    },

    /** Whose claim it is, beside its mark; a claim that does not stand gives way to one that does. */
    label: function (mark) {
      var inArea = !!mark.area;  // an area's label stands in it, a point's beside it
      return {
        mark: mark, at: [mark.point[1], mark.point[0]], kind: "note", text: mark.label, priority: mark.is_aside ? 60 : 70,
        centred: inArea, nudge: inArea, clear: LABEL_CLEAR, when: function (z) { return z >= NAMED_FROM; }
      };
    },

    /** Rectangles that other labels keep clear of. */
    boxes: function (project) {
      var size = REACH, isShown = this.controller.map.hasLayer(this.group);
      return this.marks.filter(function (mark) { return isShown && !mark.area; }).map(function (mark) {
        var p = project([mark.point[1], mark.point[0]]);
        return [p.x - size, p.y - size, p.x + size, p.y + size];
      });
    }
  };
})(window.Strikemap);
