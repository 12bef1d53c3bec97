/* Glyphs of constant screen size, drawn as paths of Leaflet's SVG renderer so that each is
   one element with a class. Sizes are CSS pixels. */
(function (S) {
  "use strict";

  function move(p) { return "M" + round(p.x) + " " + round(p.y); }
  function line(p) { return "L" + round(p.x) + " " + round(p.y); }
  function round(v) { return Math.round(v * 100) / 100; }
  function closed(points) { return points.map(function (p, i) { return i ? line(p) : move(p); }).join("") + "Z"; }

  function polygon(p, size, azimuths) {
    return closed(azimuths.map(function (a) { return S.towards(p, a, size); }));
  }

  function star(p, size) {
    var points = [];
    for (var i = 0; i < 16; i++) points.push(S.towards(p, i * 22.5, i % 2 ? size * 0.55 : size * 1.25));
    return closed(points);
  }

  function cross(p, size) {
    var w = size * 0.38, s = size, points = [
      [-w, -s], [w, -s], [w, -w], [s, -w], [s, w], [w, w], [w, s], [-w, s], [-w, w], [-s, w], [-s, -w], [-w, -w]];
    var turn = Math.SQRT1_2;
    return closed(points.map(function (q) {
      return L.point(p.x + (q[0] - q[1]) * turn, p.y + (q[0] + q[1]) * turn);
    }));
  }

  function circle(p, size) {
    return move(L.point(p.x - size, p.y)) + "a" + size + " " + size + " 0 1 0 " + 2 * size + " 0a" + size + " " + size + " 0 1 0 " + -2 * size + " 0Z";
  }

  /** An annular sector from `from` clockwise to `to`, between two radii. */
  function wedge(p, inner, outer, from, to) {
    var width = ((to - from) % 360 + 360) % 360, large = width > 180 ? 1 : 0;
    return move(S.towards(p, from, inner)) + line(S.towards(p, from, outer)) +
      "A" + outer + " " + outer + " 0 " + large + " 1 " + line(S.towards(p, to, outer)).slice(1) +
      line(S.towards(p, to, inner)) +
      "A" + inner + " " + inner + " 0 " + large + " 0 " + move(S.towards(p, from, inner)).slice(1) + "Z";
  }

  /** Chevrons that point from an azimuth to `p`, the nearest `gap` pixels away. */
  function chevrons(p, azimuth, gap, size, count) {
    var d = "";
    for (var i = 0; i < count; i++) {
      var tip = S.towards(p, azimuth, gap + i * size * 0.85), back = S.towards(tip, azimuth, size * 0.62);
      d += move(S.towards(back, azimuth - 90, size * 0.72)) + line(tip) + line(S.towards(back, azimuth + 90, size * 0.72));
    }
    return d || "M0 0";
  }

  S.SHAPES = {
    burst: star,
    triangle: function (p, size) { return polygon(p, size * 1.15, [0, 120, 240]); },
    diamond: function (p, size) { return polygon(p, size * 1.15, [0, 90, 180, 270]); },
    square: function (p, size) { return polygon(p, size * 1.25, [45, 135, 225, 315]); },
    cross: cross,
    circle: circle
  };

  /** A disc around `p` with "or" in it, as strokes. */
  S.orPath = function (p, size) {
    var u = size / 6.5;
    function at(x, y) { return L.point(p.x + x * u, p.y + y * u); }
    return circle(p, size) + circle(at(-2.2, 0.6), 1.9 * u) + move(at(1.3, -1.5)) + line(at(1.3, 2.5)) + move(at(1.3, 0.3)) +
      "Q" + line(at(1.6, -1.5)).slice(1) + " " + line(at(3.6, -1.5)).slice(1);
  };

  /** What an area of launch is drawn with beyond its stroke: another dash where it is assessed or inferred. */
  S.originStroke = function (style, status) {
    if (status === "assessed") return { dashArray: style.assessed_dash.join(" ") };
    return status === "inferred" ? { dashArray: style.inferred_dash.join(" "), fillColor: style.colours.unattributed } : {};
  };

  /** A claimed position: a diamond, with a dot for a launch position, crossed out where the claim no longer stands. */
  S.claimPath = function (p, size, crossed, dotted) {
    var d = polygon(p, size * 1.15, [0, 90, 180, 270]), arm = size * 0.95;
    // So small a dot that no gap of the dashes falls into it.
    if (!crossed) return dotted ? d + circle(p, 0.45) : d;
    return d + move(L.point(p.x - arm, p.y - arm)) + line(L.point(p.x + arm, p.y + arm)) + move(L.point(p.x - arm, p.y + arm)) + line(L.point(p.x + arm, p.y - arm));
  };

  /** Width of the curve of so many attacks, as that of a line of so many munitions (geodata/style.py). */
  S.flowWidth = function (count) { return Math.min(Math.max(1.2 + 0.6 * Math.sqrt(count), 1.8), 6); };

  S.chevronPath = chevrons;
  S.wedgePath = wedge;

  /** An arrowhead whose tip is at `p`, flying away from `azimuth`. */
  S.headPath = function (p, azimuth, size) {
    var back = S.towards(p, azimuth, size), notch = S.towards(p, azimuth, size * 0.72);
    return closed([p, S.towards(back, azimuth - 90, size * 0.42), notch, S.towards(back, azimuth + 90, size * 0.42)]);
  };

  /** A line that stands aside by its place in a bundle: a little at its target, more at its origin. */
  S.FanLine = L.Polyline.extend({
    _project: function () {
      L.Polyline.prototype._project.call(this);
      var fan = this.options.fan, steps = this.options.fanSteps, rings = this._rings;
      if (!fan || !rings.length) return;
      var last = rings[rings.length - 1], target = last[last.length - 1], origin = rings[0][0], length = target.distanceTo(origin);
      if (!length) return;
      var azimuth = Math.atan2(origin.x - target.x, target.y - origin.y) * 180 / Math.PI;
      this._rings = rings.map(function (ring) {
        return ring.map(function (p) {
          return S.towards(p, azimuth + 90, fan * (steps.head + (steps.foot - steps.head) * p.distanceTo(target) / length));
        });
      });
    }
  });

  /** A path at a place whose outline is a function of its pixel point and the zoom. */
  S.Glyph = L.CircleMarker.extend({
    options: { outline: null, reach: 14 },
    initialize: function (latlng, options) {
      L.CircleMarker.prototype.initialize.call(this, latlng, L.extend({ radius: options.reach || 14 }, options));
    },
    _updatePath: function () {
      if (!this._renderer._setPath) return;
      this._renderer._setPath(this, this._empty() ? "M0 0" : this.options.outline(this._point, this._map.getZoom()));
    }
  });
})(window.Strikemap);
