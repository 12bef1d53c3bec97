/* The popup of an event: what is known, claim by claim. Every text enters through textContent. */
(function (S) {
  "use strict";

  function add(parent, tag, text, className) {
    if (text === "" || text === null || text === undefined) return null;
    var node = L.DomUtil.create(tag, className || "", parent);
    node.textContent = text;
    return node;
  }

  function row(list, name, text) {
    if (!text) return;
    add(list, "dt", name);
    add(list, "dd", text);
  }

  /** Only http and https are ever followed; other schemes stay text. */
  function link(parent, text, url) {
    if (!/^https?:\/\//i.test(url)) { add(parent, "span", text); return; }
    var node = add(parent, "a", text);
    node.href = url;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }

  /** An event's card as an element. */
  S.cardElement = function (card) {
    var box = L.DomUtil.create("div", "sm-card");
    box.dataset.event = card.event_id;
    add(box, "h3", card.title);
    add(box, "p", card.kind + (card.role === "context" ? ", context" : ""), "sm-kind");
    var list = L.DomUtil.create("dl", "", box);
    row(list, "Place", card.where);
    row(list, "Known", card.precision);
    row(list, "Local time", [card.local_time, card.other_days].filter(Boolean).join(" "));
    row(list, "UTC", card.utc_time);
    card.attacks.forEach(function (attack) {
      row(list, "Attack", [attack.who, attack.weapon, attack.target].filter(Boolean).join("; "));
      row(list, attack.alternative ? "Direction (disputed)" : "Direction", attack.direction);
    });
    row(list, "Killed", figures(card, "killed"));
    row(list, "Injured", figures(card, "injured"));
    row(list, "Coded by", card.provider);
    claims(box, card);
    sources(box, card.sources);
    return box;
  };

  /** The range of a subject with how its claimants stand to each other. */
  function figures(card, name) {
    var subject = card.ledger.subjects.filter(function (one) { return one.subject === name; })[0];
    return [card[name], subject && subject.relation_words].filter(Boolean).join("; ");
  }

  /** Claimants side by side, a table a subject; what is set aside says so, a provider's coding too. */
  function claims(box, card) {
    var subjects = card.ledger.subjects, count = 0;
    if (!subjects.length) return;
    var fold = L.DomUtil.create("details", "", box), summary = add(fold, "summary", "Claims");
    subjects.forEach(function (subject) {
      var head = add(fold, "h4", subject.subject.replace(/_/g, " "));
      add(head, "em", [subject.claimants, subject.relation_words].filter(Boolean).join("; "));
      var body = L.DomUtil.create("tbody", "", L.DomUtil.create("table", "sm-claims", fold));
      subject.positions.forEach(function (position) {
        var rows = position.current.map(function (claim) { return [claim, position.is_provider ? "coding, not counted" : ""]; })
          .concat(position.repeated.map(function (claim) { return [claim, "only repeats another"]; }))
          .concat(position.superseded.map(function (claim) { return [claim, "superseded"]; }))
          .concat(position.excluded.map(function (claim) { return [claim, "not counted: " + claim.excluded_reason]; }));
        count += rows.length;
        rows.forEach(function (entry, i) { claimRow(body, i ? null : position.claimant, rows.length, entry[0], entry[1]); });
      });
    });
    summary.textContent = ["Claims (" + count + ")", card.claimants].filter(Boolean).join(", ");
  }

  function claimRow(body, claimant, span, claim, mark) {
    var line = L.DomUtil.create("tr", /^(superseded|not counted)/.test(mark) ? "sm-old" : "", body);
    if (claimant !== null) {
      var who = add(line, "th", claimant);
      who.scope = "row";
      who.rowSpan = span;
    }
    var cell = L.DomUtil.create("td", "", line), said = L.DomUtil.create("span", "", cell);
    add(said, "b", claim.figure);
    add(said, "span", (claim.figure && claim.text ? " " : "") + claim.text);
    add(said, "span", (claim.text || claim.figure ? " " : "") + (claim.position ? "[" + claim.position + "]" : ""));
    add(cell, "i", [mark, /^coding/.test(mark) ? "" : claim.grade.replace(/_/g, " "), claim.publisher].filter(Boolean).join(" \u00b7 "));
  }

  function sources(box, rows) {
    if (!rows.length) return;
    var fold = L.DomUtil.create("details", "", box);
    add(fold, "summary", "Sources (" + rows.length + ")");
    var list = L.DomUtil.create("ul", "", fold);
    rows.forEach(function (source) { link(L.DomUtil.create("li", "", list), source[0], source[1]); });
  }

  /** A box inside the map for a card; it takes the focus, and gives it back when it closes. */
  S.Dock = function (map) {
    var self = this;
    this.map = map;
    this.box = L.DomUtil.create("section", "sm-popup", map.getContainer());
    this.box.hidden = true;
    this.box.setAttribute("role", "dialog");
    this.close_ = add(this.box, "button", "\u00d7", "sm-close");
    this.close_.type = "button";
    this.close_.setAttribute("aria-label", "Close");
    this.body = L.DomUtil.create("div", "sm-popup-body", this.box);
    this.body.tabIndex = 0;
    L.DomEvent.disableClickPropagation(this.box);
    L.DomEvent.disableScrollPropagation(this.box);
    L.DomEvent.on(this.close_, "click", function () { self.close(); });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") self.close(); });
    map.on("click", this.close, this);
  };

  S.Dock.prototype.open = function (element, side) {
    if (this.box.hidden) this.before = document.activeElement && document.activeElement.getAttribute("data-ids");
    this.body.textContent = "";
    this.body.appendChild(element);
    this.box.setAttribute("aria-label", element.querySelector("h3").textContent);
    this.box.classList.toggle("is-left", side === "left");
    this.box.hidden = false;
    this.body.scrollTop = 0;
    this.close_.focus({ preventScroll: true });
  };

  S.Dock.prototype.close = function () {
    if (this.box.hidden) return;
    this.box.hidden = true;
    // The mark may have been drawn anew since: find it by what it stands for.
    var ids = this.before, marks = document.querySelectorAll("path[data-ids][tabindex='0']");
    var back = Array.prototype.filter.call(marks, function (mark) { return mark.getAttribute("data-ids") === ids; })[0];
    (back || this.map.getContainer()).focus({ preventScroll: true });
  };

  /** Close the card of an event that the filters no longer keep. */
  S.Dock.prototype.keep = function (eventIds) {
    var shown = this.body.querySelector(".sm-card");
    if (shown && shown.dataset.event && eventIds.indexOf(shown.dataset.event) < 0) this.close();
  };

  /** A list to choose from, where a mark stands for several events. */
  S.chooserElement = function (titles, choose) {
    var box = L.DomUtil.create("div", "sm-card");
    add(box, "h3", titles.length + " events");
    titles.forEach(function (entry) {
      var button = add(box, "button", entry.title, "sm-choice");
      button.type = "button";
      L.DomEvent.on(button, "click", function () { choose(entry.id); });
    });
    return box;
  };
})(window.Strikemap);
