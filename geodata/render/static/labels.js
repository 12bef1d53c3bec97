/* Labels without collisions: wanted texts are placed by priority, once a zoom, and only those
   in view become elements. Text reaches the page through textContent alone. */
(function (S) {
  "use strict";

  // What is taken is a mark or another name: hiding it costs more than any line below.
  // A plate that the window's edge cuts is worse than one that lies over a name.
  var OVERLAP_COST = 6, CUT_COST = 5e4, GAP = 3, canvas = document.createElement("canvas").getContext("2d");
  var COMPASS = { E: [1, 0], W: [-1, 0], N: [0, -1], S: [0, 1], NE: [1, -1], SE: [1, 1], NW: [-1, -1], SW: [-1, 1] };

  function fontOf(kind) {
    return S.LABEL_FONTS[kind] || S.LABEL_FONTS.town;
  }

  S.LABEL_FONTS = {
    country: { font: "600 12px", height: 16, spacing: 2.4, upper: true },
    focus: { font: "600 13px", height: 17, spacing: 0.3 },
    province: { font: "400 10.5px", height: 13, spacing: 0.2 },
    district: { font: "400 10px", height: 13, spacing: 0 },
    sea: { font: "italic 400 12px", height: 16, spacing: 0.6 },
    town: { font: "400 11px", height: 14, spacing: 0 },
    note: { font: "italic 400 11px", height: 14, spacing: 0 }
  };
  S.LABEL_FAMILY = "'Source Sans Pro','Source Sans 3','Segoe UI',system-ui,-apple-system,'Noto Sans',sans-serif";

  function linesOf(item) { return item.lines || [{ text: item.text }]; }

  /** Width and height of a label in pixels; an item with `sizeOf` has one of its own at each zoom. */
  function measure(item, zoom) {
    if (item.sizeOf) return item.sizeOf(zoom);
    if (item.size) return item.size;
    var style = fontOf(item.kind), sizes = linesOf(item).map(function (line) { return S.lineSize(line, style, canvas); });
    item.size = [Math.max.apply(null, sizes.map(function (size) { return size[0]; })), sizes.reduce(function (sum, size) { return sum + size[1]; }, 0)];
    // Two lines are not moved farther from their area than one, unless a cost keeps them inside it.
    item.step = item.cost ? item.size[1] : sizes[0][1];
    return item.size;
  }

  /** Rectangles already taken, in a coarse grid so that a test looks at few of them. */
  function Taken() { this.cells = {}; }
  Taken.prototype.each = function (box, visit) {
    for (var x = Math.floor(box[0] / 64); x <= Math.floor(box[2] / 64); x++) {
      for (var y = Math.floor(box[1] / 64); y <= Math.floor(box[3] / 64); y++) {
        if (visit(this.cells[x + ":" + y] || (this.cells[x + ":" + y] = []))) return true;
      }
    }
    return false;
  };
  Taken.prototype.add = function (box) { this.each(box, function (cell) { cell.push(box); }); };
  /** Overlapped area in square pixels. */
  Taken.prototype.overlap = function (box) {
    var seen = [], sum = 0;
    this.each(box, function (cell) {
      cell.forEach(function (other) {
        if (seen.indexOf(other) >= 0) return;
        seen.push(other);
        var w = Math.min(box[2], other[2]) - Math.max(box[0], other[0]);
        var h = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
        if (w > 0 && h > 0) sum += w * h;
      });
    });
    return sum;
  };

  /** Offsets of a name that belongs to an area, in heights of a line and half widths of its box. */
  var NUDGES = [[0, 0], [0, -1.6], [0, 1.6], [-0.7, 0], [0.7, 0], [0, -3.2], [0, 3.2], [-1.2, -1.6], [1.2, -1.6], [-1.2, 1.6], [1.2, 1.6]];

  /** Further places of a plate, above and below its mark. */
  var SLIDES = [];
  [-0.85, 0.85, -0.6, 0.6, -0.3, 0.3].forEach(function (x) { SLIDES.push([x, 1], [x, -1]); });

  function boxAt(p, size, direction, clear, step) {
    if (typeof direction === "number") {
      var x = p.x + direction * size[0] / 2, y = p.y + clear * (step || size[1]);
      return [x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2];
    }
    if (Array.isArray(direction)) {  // above or below, slid along by half widths
      var sx = p.x + direction[0] * size[0] / 2, sy = p.y + direction[1] * (clear + size[1] / 2);
      return [sx - size[0] / 2, sy - size[1] / 2, sx + size[0] / 2, sy + size[1] / 2];
    }
    var d = COMPASS[direction] || [0, 0], diagonal = d[0] && d[1] ? 0.72 : 1;
    var cx = p.x + d[0] * (clear * diagonal + size[0] / 2), cy = p.y + d[1] * (clear * diagonal + size[1] / 2);
    return [cx - size[0] / 2, cy - size[1] / 2, cx + size[0] / 2, cy + size[1] / 2];
  }

  function candidates(item) {
    if (item.centred) return item.nudge ? NUDGES : NUDGES.slice(0, 1);
    var clear = item.clear || 5, order = item.prefer || ["E", "W", "N", "S", "NE", "SE", "NW", "SW"];
    var near = order.map(function (d) { return [d, clear]; });
    if (!item.must) return near;
    var slid = SLIDES.map(function (d) { return [d, clear]; });
    return near.concat(slid, order.map(function (d) { return [d, clear * 2]; }), order.map(function (d) { return [d, clear * 3.4]; }));
  }

  /** Whether a box is wholly in view; `view` is a window in the same pixels. */
  function holds(view, box) {
    return box[0] >= view.min.x && box[2] <= view.max.x && box[1] >= view.min.y && box[3] <= view.max.y;
  }

  /** Square pixels of a box that lie under the map's own buttons and lines. */
  function covered(boxes, box) {
    return (boxes || []).reduce(function (sum, other) {
      var w = Math.min(box[2], other[2]) - Math.max(box[0], other[0]), h = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
      return w > 0 && h > 0 ? sum + w * h : sum;
    }, 0);
  }

  /** Place items by falling priority; returns [{item, box}, …]. Items with `must` always get a place. */
  S.placeLabels = function (items, obstacles, project, zoom, view) {
    var taken = new Taken(), placed = [], named = {};
    obstacles.forEach(function (box) { taken.add(box); });
    items.slice().sort(function (a, b) { return b.priority - a.priority; }).forEach(function place(item) {
      var p = project(item.at), size = measure(item, zoom), best = null, least = Infinity, hides = 0;
      var kept = item.must && view && view.contains(p);
      [p].concat((item.spots || []).map(project)).some(function (q) { return candidates(item).some(function (candidate) {
        var box = boxAt(q, size, candidate[0], candidate[1], item.step);
        var padded = [box[0] - GAP, box[1] - GAP, box[2] + GAP, box[3] + GAP];
        var cost = taken.overlap(padded) * OVERLAP_COST + (item.cost ? item.cost(box) : 0) +
          (kept && !holds(view, box) ? CUT_COST : 0) + (kept ? covered(view.taken, box) * OVERLAP_COST : 0);
        // What a place only had better not lie on decides between places, not whether there is one.
        var total = cost + (item.soft ? item.soft(box) / 1e6 : 0);
        if (total < least) { least = total; best = box; hides = cost; }
        return total === 0;
      }); });
      if (!best || (hides > 0 && !item.must)) {
        // Where a name has no room in two languages, it may have some in one.
        if (linesOf(item).length > 1) place(L.extend({}, item, { lines: item.lines.slice(0, 1), size: null }));
        return;
      }
      if (item.apart) {  // a large country bears its name more than once, but not often
        var others = named[item.text] || (named[item.text] = []);
        if (others.some(function (other) { return other.distanceTo(p) < item.apart; })) return;
        others.push(p);
      }
      taken.add(best);
      placed.push({ item: item, box: best, at: p });
    });
    return placed;
  };

  /** A layer of labels; set(items, obstacles) replaces them, the map moves them. */
  S.Labels = L.Layer.extend({
    initialize: function (pane) { this._paneName = pane; this._items = []; this._live = new Map(); },
    onAdd: function (map) {
      this._map = map;
      map.on("zoomend", this._place, this).on("moveend", this._show, this);
      this._place();
    },
    onRemove: function (map) {
      map.off("zoomend", this._place, this).off("moveend", this._show, this);
      this._clear();
    },
    set: function (items, obstacles, inView) {
      this._items = items;
      this._inView = inView;
      this._obstacles = obstacles || function () { return []; };
      if (this._map) this._place();
    },
    _project: function (at) { return this._map.project(at, this._map.getZoom()); },
    _place: function () {
      var zoom = this._map.getZoom(), self = this;
      // A name more than a window away is not seen before all are placed anew.
      var around = this._map.getBounds().pad(1);
      var wanted = this._items.filter(function (item) { return (!item.when || item.when(zoom)) && (item.must || around.contains(item.at)); });
      if (this._inView) wanted = wanted.concat(this._inView());
      this._placedAt = this._map.project(this._map.getCenter(), zoom);
      this._clear();
      var obstacles = this._obstacles ? this._obstacles(zoom, this._project.bind(this)) : [];
      this._placed = S.placeLabels(wanted, obstacles, function (at) { return self._project(at); }, zoom, this._window());
      this._show();
    },
    /** The window in pixels of the map, with what its controls take of it. */
    _window: function () {
      var view = this._map.getPixelBounds(), frame = this._map.getContainer(), origin = frame.getBoundingClientRect();
      view.taken = [].map.call(frame.querySelectorAll(".leaflet-bar, .leaflet-control-layers, .leaflet-control-attribution"), function (node) {
        var box = node.getBoundingClientRect(), x = view.min.x - origin.left, y = view.min.y - origin.top;
        return [box.left + x - 4, box.top + y - 4, box.right + x + 4, box.bottom + y + 4];
      });
      return view;
    },
    _clear: function () {
      var map = this._map;
      this._live.forEach(function (marker) { map.removeLayer(marker); });
      this._live.clear();
    },
    _show: function (event) {
      if (!this._placed) return;
      // Far from where the labels were placed other names matter: place them anew.
      var size = this._map.getSize(), moved = this._project(this._map.getCenter()).subtract(this._placedAt);
      if (event && (Math.abs(moved.x) > size.x / 3 || Math.abs(moved.y) > size.y / 3)) { this._place(); return; }
      var bounds = this._map.getPixelBounds(), map = this._map, live = this._live, pane = this._paneName;
      // The edge of the window came over a plate: it may find room on another side of its mark.
      if (event && this._placed.some(function (label) { return label.item.must && bounds.contains(label.at) && !holds(bounds, label.box); })) {
        this._place();
        return;
      }
      this._placed.forEach(function (label) {
        // A name cut in two reads as another one; a plate stays as long as its mark is in sight.
        var seen = holds(bounds, label.box) || label.item.must && bounds.contains(label.at);
        if (seen && !live.has(label)) live.set(label, element(label, pane).addTo(map));
        if (!seen && live.has(label)) { map.removeLayer(live.get(label)); live.delete(label); }
      });
    }
  });

  function element(label, pane) {
    var item = label.item, node = item.node ? item.node() : document.createElement("span");
    if (!item.node) {
      linesOf(item).forEach(function (line) { node.appendChild(S.lineNode(line)); });
      // Of a town, lines of two widths keep to the side of its dot.
      if (item.dot) node.style.textAlign = label.box[0] >= label.at.x ? "left" : label.box[2] <= label.at.x ? "right" : "center";
    }
    node.classList.add("sm-label", "sm-label-" + item.kind);
    if (item.dot) {  // a town: its dot stands at the place, the name beside it
      var dot = document.createElement("i");
      dot.style.left = label.at.x - label.box[0] + "px";
      dot.style.top = label.at.y - label.box[1] + "px";
      node.appendChild(dot);
    }
    return L.marker(item.at, {
      pane: pane, interactive: false, keyboard: false,
      icon: L.divIcon({
        className: "sm-label-box", html: node,
        iconSize: [label.box[2] - label.box[0], label.box[3] - label.box[1]],
        iconAnchor: [label.at.x - label.box[0], label.at.y - label.box[1]]
      })
    });
  }
})(window.Strikemap);
