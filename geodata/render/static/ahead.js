/* The map follows the slider of dates itself, before the page's script has run: a moved thumb changes no more than
   two dates of an address. What the page then asks for is what is shown already; where it asks for something
   else, because more than the dates has changed, the page is right. Without a slider nothing of this happens. */
(function (S) {
  "use strict";

  var SLIDER = ".st-key-date_range input[type=range]";
  // What tells a route the record comes before the dates in an address, and other filters after them.
  var HEAD = ["case", "detail", "session", "own"];

  /** Watch the slider of the page around the map; `controller` shows what follows from it. */
  S.Ahead = function (controller) {
    this.controller = controller;
    this.isBusy = false;
    this.set = null;  // how often the page had set the dates itself
    try {
      this.page = window.parent !== window ? window.parent.document : null;
    } catch (error) {
      if (error.name !== "SecurityError") throw error;  // embedded elsewhere: that page is not ours
      this.page = null;
    }
    if (!this.page) return;
    var watch = new MutationObserver(this.moved.bind(this));
    watch.observe(this.page.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
    window.addEventListener("pagehide", function () { watch.disconnect(); });
  };

  S.Ahead.prototype = {
    /** The two dates of the slider as ISO days, or null where there is no such slider. */
    dates: function () {
      var found = this.page ? [].map.call(this.page.querySelectorAll(SLIDER), function (input) { return Number(input.value) / 1000; }) : [];
      if (found.length !== 2 || !found.every(function (ms) { return isFinite(ms) && Math.abs(ms) < 8.64e15; })) return null;
      return found.sort(function (a, b) { return a - b; }).map(function (ms) { return new Date(ms).toISOString().slice(0, 10); });
    },

    /** A value of the page has changed: if it was a date, show its scene; while one is on its way, the last one waits. */
    moved: function () {
      var controller = this.controller, dates = controller.wanted && controller.wanted.days && this.dates();
      if (!dates) return;
      var next = S.withDates(controller.wanted, dates);
      if (S.sameScene(next.scene, controller.wanted.scene)) return;
      if (this.isBusy) return;  // asked again when that is drawn
      this.isBusy = true;
      var self = this;
      controller.take(next).then(function () {
        self.isBusy = false;
        self.moved();
      });
    },

    /** What to show of what the page asks for: a run that began before the thumb moved on is behind what is shown. */
    settled: function (settings) {
      var dates = settings.days && this.dates(), isSet = settings.days && settings.days.set !== this.set, shown = this.controller.wanted;
      if (settings.days) this.set = settings.days.set;
      if (!dates || isSet || !shown) return settings;
      var next = S.withDates(settings, dates);
      return S.sameScene(next.scene, shown.scene) ? next : settings;
    }
  };

  /** Settings with other dates in each address that has the filters of the scene. */
  S.withDates = function (settings, dates) {
    var query = settings.scene.split("?")[1] || "", changed = datedQuery(query, settings.days, dates), next = {};
    Object.keys(settings).forEach(function (name) {
      var value = settings[name];
      next[name] = query && typeof value === "string" && value.indexOf("?" + query) >= 0 ? value.replace("?" + query, "?" + changed) : value;
    });
    // A single day has no frames to play.
    if (settings.days.frames) next.frames = dates[0] === dates[1] ? "" : settings.days.frames + "?" + changed;
    return next;
  };

  /** Whether two addresses say the same, however their signs are written. */
  S.sameScene = function (one, other) {
    return one === other || !!one && !!other && spelled(one) === spelled(other);
  };

  function spelled(url) {
    var parts = url.split("?");
    return parts[0] + "?" + new URLSearchParams(parts[1] || "");
  }

  /** The query with the dates of a filter as the page writes them: a default is left out. */
  function datedQuery(query, days, dates) {
    var head = [], tail = [];
    new URLSearchParams(query).forEach(function (value, key) {
      if (key !== "from" && key !== "to") (HEAD.indexOf(key) >= 0 ? head : tail).push([key, value]);
    });
    if (dates[0] !== days.from) head.push(["from", dates[0]]);
    if (dates[1] !== days.to || dates[0] !== days.from) head.push(["to", dates[1]]);
    return String(new URLSearchParams(head.concat(tail)));
  }
})(window.Strikemap);
