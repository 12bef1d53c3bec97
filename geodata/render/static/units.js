/* Units of the packs: countries come with the base, provinces and districts when they are in
   view, any unit by its id when a mark names it. What has arrived is kept; nothing is asked twice. */
(function (S) {
  "use strict";

  var AT_ONCE = 6, IDS_AT_ONCE = 50, TRIES = 3;

  /** Units known so far, and the queue of those wanted.

      `sources` are entries {address, countries}: the first that lists a country, or lists none,
      serves it. `arrived(answer)` is called with each country's answer, `failed(error)` without. */
  S.Units = function (sources, fetchJson, arrived, failed) {
    this.known = {};
    this.sources = sources;
    this.fetchJson = fetchJson;
    this.arrived = arrived;
    this.failed = failed;
    this.byId = {};      // id → promise
    this.states = {};    // "PAK:1" → loading, done, or the number of failures
    this.queue = [];
    this.loading = 0;
  };

  S.Units.prototype = {
    /** Take units of an answer in; one that is known already stays, for marks hold on to it. */
    add: function (answer) {
      var arcs = S.decodeLine(answer.arcs, answer.scale), known = this.known;
      answer.units.forEach(function (sent) {
        if (known[sent.id]) return;
        var unit = known[sent.id] = L.extend({}, sent, { latlngs: S.joinArcs(sent.rings, arcs), bounds: L.latLngBounds([]) });
        delete unit.rings;
        unit.parts = unit.latlngs.map(function (rings) { return L.latLngBounds(rings[0]); });
        unit.parts.forEach(function (part) { unit.bounds.extend(part); });
      });
      return arcs;
    },

    addressOf: function (country) {
      var fit = this.sources.filter(function (source) {
        return !source.countries || !source.countries.length || source.countries.indexOf(country) >= 0;
      })[0];
      return fit && fit.address;
    },

    /** Ask for units by their ids, `about` says the country of each. Resolves, true where all are there. */
    name: function (ids, about) {
      var self = this, groups = {};
      ids.filter(function (id) { return !self.known[id] && !self.byId[id]; }).forEach(function (id) {
        var address = self.addressOf(about[id].country), list = groups[address] || (groups[address] = []);
        list.push(id);
      });
      Object.keys(groups).forEach(function (address) {
        for (var i = 0; i < groups[address].length; i += IDS_AT_ONCE) self.askIds(address, groups[address].slice(i, i + IDS_AT_ONCE));
      });
      return Promise.all(ids.map(function (id) { return self.known[id] || self.byId[id]; })).then(function (all) { return all.every(Boolean); });
    },

    askIds: function (address, ids) {
      var self = this, query = ids.map(function (id) { return "id=" + encodeURIComponent(id); }).join("&");
      var answered = this.fetchJson(join(address, query)).then(function (answer) {
        self.add(answer);
        return true;
      }).catch(function (error) {
        ids.forEach(function (id) { delete self.byId[id]; });  // the next scene asks again
        self.failed(error);
        return false;
      });
      ids.forEach(function (id) { self.byId[id] = answered; });
    },

    /** Want the units of countries, most wanted first, as {country, level}; what was wanted before and has not begun is dropped. */
    want: function (list) {
      var states = this.states;
      this.queue = list.filter(function (one) {
        var state = states[one.country + ":" + one.level];
        return state !== "loading" && state !== "done" && !(state >= TRIES);
      });
      this.pump();
    },

    isIdle: function () { return !this.loading && !this.queue.length; },

    pump: function () {
      while (this.loading < AT_ONCE && this.queue.length) this.ask(this.queue.shift());
    },

    ask: function (one) {
      var self = this, key = one.country + ":" + one.level, before = this.states[key] || 0;
      this.states[key] = "loading";
      this.loading += 1;
      this.fetchJson(join(this.addressOf(one.country), "country=" + one.country + "&level=" + one.level)).then(function (answer) {
        self.states[key] = "done";
        self.loading -= 1;
        self.arrived(one, answer, self.add(answer));
        self.pump();
      }).catch(function (error) {
        if (self.states[key] === "done") throw error;  // not the network: a mistake of ours
        self.states[key] = before + 1;
        self.loading -= 1;
        self.failed(error);
        self.pump();
      });
    }
  };

  function join(address, query) { return address + (address.indexOf("?") < 0 ? "?" : "&") + query; }
})(window.Strikemap);
