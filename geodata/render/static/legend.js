/* The legend, a strip under the map so that it covers nothing: an entry for each kind of thing that is drawn in the view, and no other. */
(function (S) {
  "use strict";

  var NS = "http://www.w3.org/2000/svg", WIDTH = 34, HEIGHT = 18;

  function svg(name, attributes, parent) {
    var node = document.createElementNS(NS, name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    if (parent) parent.appendChild(node);
    return node;
  }

  function strokeOf(style, hue) {
    var out = {
      stroke: style.colour === "party" ? hue : style.colour, "stroke-width": style.width || 1,
      fill: style.fill ? (style.fill === "party" ? hue : style.fill) : "none", "fill-opacity": style.fill_opacity || 0
    };
    if (style.dash && style.dash.length) out["stroke-dasharray"] = style.dash.join(" ");
    return out;
  }

  /** A small picture of an entry, drawn with the same style and shapes as the map. */
  S.swatch = function (entry, parties, style) {
    var hue = (parties[entry.party] || {}).colour || style.colours.unattributed, mid = L.point(WIDTH / 2, HEIGHT / 2);
    var root = svg("svg", { width: WIDTH, height: HEIGHT, viewBox: "0 0 " + WIDTH + " " + HEIGHT, "aria-hidden": "true" });
    function origin(status) {
      var kind = strokeOf(style.strokes["origin-area"], hue), other = S.originStroke(style, status);
      if (other.dashArray) kind["stroke-dasharray"] = other.dashArray;
      if (other.fillColor) kind.fill = other.fillColor;
      return kind;
    }
    var frame = { x: 5, y: 2, width: WIDTH - 10, height: HEIGHT - 4, rx: 2 };
    var draw = {
      point: function () {
        svg("path", {
          d: S.SHAPES[entry.shape](mid, 5.5), fill: entry.status === "unknown" ? "none" : style.colours.muted,
          stroke: style.colours.muted, "stroke-width": 1.2
        }, root);
      },
      ring: function () {
        svg("circle", L.extend({ cx: mid.x, cy: mid.y, r: 7.5 }, strokeOf(style.strokes.ring)), root);
        svg("circle", { cx: mid.x, cy: mid.y, r: 2, fill: style.colours.muted }, root);
      },
      area: function () {
        svg("rect", L.extend({}, frame, strokeOf(style.strokes["event-area"])), root);
        svg("circle", { cx: mid.x, cy: mid.y, r: 5.5, fill: style.colours.paper, stroke: style.colours.outline, "stroke-width": 1.4 }, root);
        svg("text", { x: mid.x, y: mid.y + 2.8, "font-size": 8, "text-anchor": "middle", fill: style.colours.ink }, root).textContent = "n";
      },
      cell: function () {
        svg("circle", { cx: mid.x, cy: mid.y, r: 7.5, fill: style.colours.muted, stroke: style.colours.paper, "stroke-width": 1 }, root);
        svg("text", { x: mid.x, y: mid.y + 3, "font-size": 9, "font-weight": 700, "text-anchor": "middle", fill: "#fff" }, root).textContent = "n";
      },
      party: function () {
        svg("rect", { x: mid.x - 8, y: mid.y - 7, width: 16, height: 14, rx: 2, fill: hue }, root);
        svg("text", { x: mid.x, y: mid.y + 3.6, "font-size": 10, "font-weight": 700, "text-anchor": "middle", fill: "#fff" }, root)
          .textContent = (parties[entry.party] || {}).letter || "";
      },
      side: function () {
        var d = S.chevronPath(L.point(mid.x - (entry.azimuth > 180 ? -11 : 11), mid.y), entry.azimuth > 180 ? 270 : 90, 0, 8, 3);
        var kind = L.extend(strokeOf(style.strokes["side-" + (entry.status || "claimed")], hue), { d: d, fill: "none", "stroke-linejoin": "round" });
        svg("path", kind["stroke-dasharray"] ? kind : L.extend(kind, { "stroke-width": 2.4, "stroke-linecap": "round" }), root);
        if (entry.status === "assessed") svg("path", { d: d, fill: "none", stroke: style.side_core.colour, "stroke-width": style.side_core.width }, root);
      },
      line: function () {
        var kind = strokeOf(style.strokes["line-" + entry.basis], hue);
        if (entry.status === "assessed") kind["stroke-dasharray"] = style.assessed_dash.join(" ");
        if (entry.basis === "stated_area") svg("rect", L.extend({ x: 0, y: 2, width: 12, height: HEIGHT - 4 }, origin(entry.status)), root);
        svg("path", L.extend({ d: "M" + (entry.basis === "stated_area" ? 12 : 2) + " " + mid.y + "L" + (WIDTH - 9) + " " + mid.y }, kind), root);
        svg("path", { d: S.headPath(L.point(WIDTH - 1, mid.y), 270, 10), fill: kind.stroke }, root);
      },
      flow: function () {
        svg("path", { d: "M3 15Q" + mid.x + " 0 " + (WIDTH - 9) + " 12", fill: "none", stroke: hue, "stroke-width": 3, "stroke-opacity": 0.75 }, root);
        svg("path", { d: S.headPath(L.point(WIDTH - 1, HEIGHT - 1), 310, 10), fill: hue }, root);
        svg("text", { x: 9, y: 17, "font-size": 9, "font-weight": 700, "text-anchor": "middle", fill: hue }, root).textContent = (parties[entry.party] || {}).letter || "";
      },
      shade: function () { svg("rect", L.extend({}, frame, { rx: 0, fill: style.shades[entry.status - 1], stroke: style.strokes["boundary-adm1"].colour }), root); },
      origin: function () { svg("rect", L.extend({}, frame, origin(entry.status)), root); },
      wedge: function () {
        svg("path", L.extend({ d: S.wedgePath(L.point(4, mid.y), 6, 26, 68, 112) }, strokeOf(style.strokes["wedge-" + (entry.status || "claimed")])), root);
      },
      munitions: function () {
        entry.widths.forEach(function (width, i) {
          var y = entry.widths.length > 1 ? mid.y + (i ? 4 : -4) : mid.y;
          svg("path", { d: "M3 " + y + "L" + (WIDTH - 3) + " " + y, stroke: style.colours.muted, "stroke-width": width }, root);
        });
      },
      unnumbered: function () {
        svg("path", { d: "M2 " + mid.y + "L" + (WIDTH - 9) + " " + mid.y, stroke: style.colours.muted, "stroke-width": 1.2 }, root);
        svg("path", { d: S.headPath(L.point(WIDTH - 1, mid.y), 270, 10), fill: style.colours.paper, stroke: style.colours.muted, "stroke-width": 1.2 }, root);
      },
      alternative: function () {
        svg("path", { d: S.orPath(mid, style.sizes.badge), fill: style.colours.paper, stroke: style.colours.ink, "stroke-width": 1, "stroke-linecap": "round" }, root);
      },
      border: function () { svg("path", L.extend({ d: "M3 " + mid.y + "L" + (WIDTH - 3) + " " + mid.y }, strokeOf(style.strokes["attack-border"], hue)), root); },
      claim: function () {
        var aside = entry.status === "aside";
        svg("path", L.extend({ d: S.claimPath(mid, aside ? 5.5 : 6.5, aside, entry.shape === "origin") }, strokeOf(style.strokes[aside ? "claim-aside" : "claim"])), root);
      },
      "claim-ring": function () { svg("circle", L.extend({ cx: mid.x, cy: mid.y, r: 7.5 }, strokeOf(style.strokes["claim-ring"])), root); },
      "claim-area": function () { svg("rect", L.extend({ "stroke-linecap": "round" }, frame, strokeOf(style.strokes[entry.status === "aside" ? "claim-area-aside" : "claim-area"])), root); },
      focus: function () { svg("rect", L.extend({}, frame, strokeOf(style.strokes["boundary-focus"])), root); },
      layer: function () { svg("rect", L.extend({}, frame, strokeOf(style.strokes["boundary-layer"])), root); },
      disputed: function () { svg("path", L.extend({ d: "M3 " + mid.y + "L" + (WIDTH - 3) + " " + mid.y }, strokeOf(style.strokes.disputed)), root); }
    }[entry.symbol];
    if (draw) draw();
    return root;
  };

  /** The strip under the map that shows the entries for which `isSeen` holds. */
  S.Legend = function (map, height) {
    this._box = document.createElement("section");
    this._box.className = "sm-legend";
    this._box.setAttribute("aria-label", "Legend");
    this._box.style.height = height + "px";
    this._list = document.createElement("ul");
    this._box.appendChild(this._list);
    this._box.addEventListener("scroll", this.tellMore.bind(this));
    map.getContainer().insertAdjacentElement("afterend", this._box);
  };

  /** Say that there is more below, where the strip is too small for all. */
  S.Legend.prototype.tellMore = function () {
    var box = this._box;
    box.classList.toggle("has-more", box.scrollHeight - box.clientHeight - box.scrollTop > 4);
  };

  S.Legend.prototype.show = function (scene, style, isSeen) {
    var list = this._list;
    list.textContent = "";
    scene.legend.filter(isSeen).forEach(function (entry) {
      var sideMark = scene.sides.filter(function (mark) { return mark.party === entry.party && mark.status === entry.status; })[0];
      if (entry.symbol === "side" && sideMark) entry.azimuth = sideMark.azimuth_deg;
      // Shades stand side by side: they are one scale.
      var last = list.lastChild, goesOn = entry.symbol === "shade" && last && last.dataset.symbol === "shade";
      var row = goesOn ? last : document.createElement("li"), text = document.createElement("span");
      var pair = entry.symbol === "shade" ? row.appendChild(document.createElement("div")) : row;
      row.dataset.symbol = entry.symbol;
      text.textContent = entry.text;
      pair.appendChild(S.swatch(entry, scene.parties, style));
      pair.appendChild(text);
      list.appendChild(row);
    });
    this.tellMore();
  };
})(window.Strikemap);
