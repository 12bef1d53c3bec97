/* Names of places in English, in the language of the place, or both as one label of two lines.
   The sizes are those of strikemap.css. */
(function (S) {
  "use strict";

  var FAMILY = "Strikemap Names", SHAPED = /[\u0600-\u06ff]/;
  var SHAPED_FAMILY = "'" + FAMILY + "','Noto Naskh Arabic','Segoe UI',Tahoma,'Geeza Pro','Noto Sans Arabic',sans-serif";
  var BELOW = 0.92, SHAPED_SIZE = 1.2, SHAPED_BELOW = 1.1, SHAPED_HEIGHT = 1.3;
  var loading = null;

  /** Lines of a label; `local` is [language, name] or nothing, and the English name then stands alone. */
  S.nameLines = function (text, local, names) {
    var english = { text: text };
    if (!local || names === "english") return [english];
    var own = { text: local[1], lang: local[0], shaped: SHAPED.test(local[1]), below: names === "both" };
    return names === "both" ? [english, own] : [own];
  };

  /** Width and height of a line in pixels, in a style of S.LABEL_FONTS. */
  S.lineSize = function (line, style, canvas) {
    var scale = line.shaped ? line.below ? SHAPED_BELOW : SHAPED_SIZE : line.below ? BELOW : 1, pixels = 0;
    var font = style.font.replace(/([\d.]+)px/, function (all, number) { pixels = number * scale; return pixels + "px"; });
    canvas.font = line.shaped ? font.replace("italic ", "") + " " + SHAPED_FAMILY : font + " " + S.LABEL_FAMILY;
    var text = style.upper && !line.shaped ? line.text.toLocaleUpperCase(line.lang || "en") : line.text;
    var spacing = line.shaped ? 0 : style.spacing * text.length;
    return [canvas.measureText(text).width + spacing + 2, line.shaped ? Math.ceil(pixels * SHAPED_HEIGHT) : style.height];
  };

  S.lineNode = function (line) {
    var node = document.createElement("span");
    node.className = "sm-name" + (line.shaped ? " sm-name-shaped" : "") + (line.below ? " sm-name-below" : "");
    node.textContent = line.text;
    if (line.lang) {
      node.lang = line.lang;
      node.dir = line.shaped ? "rtl" : "ltr";
    }
    return node;
  };

  /** Load the font of names in Arabic script, once; `source` is its address, or a function that promises its bytes. */
  S.loadNameFont = function (source) {
    if (!loading) {
      loading = Promise.resolve(typeof source === "function" ? source() : "url(" + JSON.stringify(new URL(source, document.baseURI).href) + ")")
        .then(function (found) { return new FontFace(FAMILY, found).load(); })
        .then(function (face) { document.fonts.add(face); })
        // Without it the system's own letters stand.
        .catch(function () { loading = null; });
    }
    return loading;
  };
})(window.Strikemap);
