/* Coordinates, azimuths and sizes on the screen. Azimuths are degrees clockwise from true
   north; Web Mercator is conformal, so an azimuth is the same angle on the screen. */
window.Strikemap = window.Strikemap || {};

(function (S) {
  "use strict";

  /** Flat differences of whole numbers to [[lat, lng], …]. */
  S.decodePart = function (flat, scale) {
    var out = new Array(flat.length / 2), x = 0, y = 0;
    for (var i = 0; i < flat.length; i += 2) {
      x += flat[i];
      y += flat[i + 1];
      out[i / 2] = [y / scale, x / scale];
    }
    return out;
  };

  /** Parts of a line to nested [lat, lng] arrays. */
  S.decodeLine = function (parts, scale) {
    return parts.map(function (part) { return S.decodePart(part, scale); });
  };

  /** Parts of rings to nested [lat, lng] arrays. */
  S.decodePolygon = function (parts, scale) {
    return parts.map(function (rings) { return S.decodeLine(rings, scale); });
  };

  /** Parts of rings of arc numbers to nested [lat, lng] arrays; ~i is arc i backwards. */
  S.joinArcs = function (parts, arcs) {
    return parts.map(function (rings) {
      return rings.map(function (numbers) {
        var out = [];
        numbers.forEach(function (number) {
          var arc = number < 0 ? arcs[~number].slice().reverse() : arcs[number];
          for (var i = 0; i < arc.length - 1; i++) out.push(arc[i]);
        });
        if (out.length) out.push(out[0]);
        return out;
      });
    });
  };

  /** A point `distance` pixels from `from` in the direction of an azimuth. */
  S.towards = function (from, azimuthDeg, distance) {
    var angle = azimuthDeg * Math.PI / 180;
    return L.point(from.x + Math.sin(angle) * distance, from.y - Math.cos(angle) * distance);
  };

  /** A curve from one place (longitude, latitude) to another that leaves their line by a sixth of its length, as [lat, lng]. */
  S.bowed = function (map, from, to) {
    var east = to[0] - from[0] > 180 ? to[0] - 360 : to[0] - from[0] < -180 ? to[0] + 360 : to[0];  // the short way over 180°
    var a = map.project([from[1], from[0]], 12), b = map.project([to[1], east], 12), way = b.subtract(a), found = [];
    var bend = a.add(b).divideBy(2).add(L.point(way.y, -way.x).divideBy(3));
    for (var n = 0; n <= 16; n += 1) {
      var t = n / 16, at = a.multiplyBy((1 - t) * (1 - t)).add(bend.multiplyBy(2 * t * (1 - t))).add(b.multiplyBy(t * t));
      found.push(map.unproject(at, 12));
    }
    return found;
  };

  /** Pixels that `km` kilometres take at a latitude and zoom. */
  S.kmToPixels = function (km, latitude, zoom) {
    return km * 1000 * 256 * Math.pow(2, zoom) / (40075016.686 * Math.cos(latitude * Math.PI / 180));
  };

  /** Whether the segment a–b meets a ring of points, closed or not, given in pixels. */
  S.crossesRing = function (a, b, ring) {
    for (var i = 1; i < ring.length; i++) {
      if (segmentsMeet(a, b, ring[i - 1], ring[i])) return true;
    }
    return false;
  };

  /** Whether a unit holds a place: even-odd over all rings. */
  S.holds = function (unit, at) {
    if (!unit.bounds.contains(at)) return false;
    var inside = false;
    unit.latlngs.forEach(function (rings) {
      rings.forEach(function (ring) {
        for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
          var a = ring[i], b = ring[j];
          if (a[0] > at.lat !== b[0] > at.lat && at.lng < (b[1] - a[1]) * (at.lat - a[0]) / (b[0] - a[0]) + a[1]) inside = !inside;
        }
      });
    });
    return inside;
  };

  function side(a, b, c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  }

  function segmentsMeet(a, b, c, d) {
    return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0;
  }
})(window.Strikemap);
