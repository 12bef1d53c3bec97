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
    row(list, "Killed", card.killed);
    row(list, "Injured", card.injured);
    row(list, "Coded by", card.provider);
    claims(box, card.ledger.subjects);
    sources(box, card.sources);
    return box;
  };

  function claims(box, subjects) {
    if (!subjects.length) return;
    var fold = L.DomUtil.create("details", "", box), count = 0;
    var summary = add(fold, "summary", "Claims");
    subjects.forEach(function (subject) {
      add(fold, "h4", subject.subject.replace(/_/g, " "));
      var list = L.DomUtil.create("ul", "", fold);
      subject.positions.forEach(function (position) {
        position.current.forEach(function (claim) {
          count += 1;
          var item = L.DomUtil.create("li", "", list);
          add(item, "b", position.claimant + ": ");
          add(item, "span", [claim.figure, claim.text].filter(Boolean).join(" – "));
          add(item, "i", [" ", claim.publisher, claim.grade ? " · " + claim.grade.replace(/_/g, " ") : ""].join(""));
        });
        position.superseded.forEach(function (claim) {
          count += 1;
          var item = L.DomUtil.create("li", "sm-old", list);
          add(item, "b", position.claimant + ", superseded: ");
          add(item, "span", [claim.figure, claim.text].filter(Boolean).join(" – "));
        });
      });
    });
    summary.textContent = "Claims (" + count + ")";
  }

  function sources(box, rows) {
    if (!rows.length) return;
    var fold = L.DomUtil.create("details", "", box);
    add(fold, "summary", "Sources (" + rows.length + ")");
    var list = L.DomUtil.create("ul", "", fold);
    rows.forEach(function (source) { link(L.DomUtil.create("li", "", list), source[0], source[1]); });
  }

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
