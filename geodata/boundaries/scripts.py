"""Tell languages apart by their letters, and choose a place's name in its own script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

_ARABIC = re.compile(r"[\u0600-\u06ff\u200c\s'-]+")
_PERSIAN = frozenset("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئؤء")
# Letters that one language has and its neighbours lack.
_OWN = {
    "ur": frozenset("ٹڈڑےہںھۂۓ"),
    "ps": frozenset("ټډړښځڅږڼېۍګ"),
    "sd": frozenset("ڪڳڄڃٻڀڇڦڏڍڌٿٽڙڱڻڊٺ"),
    "ckb": frozenset("ێڵڕڤە"),
    "ar": frozenset("ةأإ"),
}
_UIGHUR = frozenset("ۇۈۋڭېۆىيكٲۄ")
_ALPHABET = {
    "ur": _PERSIAN | _OWN["ur"],
    "fa": _PERSIAN,
    "ps": _PERSIAN | _OWN["ps"],
    "sd": frozenset("ءآابتثجحخدذرزسشصضطظعغفقلمنوهيگچپجھئ") | _OWN["sd"],
    "ckb": frozenset("ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهھەیێ"),
    "ar": frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"),
}
# Scripts that one language writes in the country that the table gives it.
_RANGES = {
    "he": ("\u0590", "\u05ff"),
    "hy": ("\u0530", "\u058f"),
    "ka": ("\u10a0", "\u10ff"),
    "el": ("\u0370", "\u03ff"),
    "th": ("\u0e00", "\u0e7f"),
    "lo": ("\u0e80", "\u0eff"),
    "km": ("\u1780", "\u17ff"),
    "my": ("\u1000", "\u109f"),
    "ko": ("\uac00", "\ud7a3"),
    "si": ("\u0d80", "\u0dff"),
    "bn": ("\u0980", "\u09ff"),
    "am": ("\u1200", "\u137f"),
}
_SPOKEN = {"ckb": {"IQ", "IR", "SY", "TR"}, "sd": {"PK"}, "ps": {"AF", "PK"}, "ur": {"PK", "IR", "AF", "IN"}}
_UNIT_WORDS = tuple(
    f"{word} "
    for word in (
        "شهرستان", "استان", "تحصیل", "تصیل", "ضلع", "ناحية", "مركز", "مدينة", "مخيم", "قضاء", "بخش", "شهرک",
        "شهرك", "محل", "قرية", "ولسوالی", "ولسوالۍ", "شهر جدید",
    )
)  # fmt: skip
_CONSONANTS = {
    **dict.fromkeys("بپ", "b"), **dict.fromkeys("تٹټةطٽ", "t"), **dict.fromkeys("ثسصشښ", "s"),
    **dict.fromkeys("جژچڄ", "j"), **dict.fromkeys("حهھہە", "h"), "خ": "k", **dict.fromkeys("دڈډ", "d"),
    **dict.fromkeys("ذزضظ", "z"), **dict.fromkeys("رڑړڕ", "r"), **dict.fromkeys("غگګ", "g"), "ف": "f",
    **dict.fromkeys("قکكڪ", "k"), **dict.fromkeys("لڵ", "l"), "م": "m", **dict.fromkeys("نںڼ", "n"),
}  # fmt: skip
_LATIN_PAIRS = {
    "sh": "s", "ch": "j", "kh": "k", "gh": "g", "zh": "j",
    "th": "t", "ph": "f", "dh": "d", "bh": "b", "dj": "j",
}  # fmt: skip
_LATIN = str.maketrans(dict.fromkeys("aeiouyvw", "") | {"q": "k", "p": "b", "c": "j", "x": "k"})


def is_arabic(name: str) -> bool:
    """Whether a name is written in Arabic script throughout."""
    return bool(_ARABIC.fullmatch(name)) and any(c.isalpha() for c in name)


def language_of(name: str, code: str = "") -> str:
    """Return the language (BCP 47) that a name's own letters decide, or an empty string.

    ``ٹڈڑےہں`` are Urdu, ``ټډړښځڅ`` Pashto, ``ڪڳٻ`` Sindhi, ``ێڵڕە`` Sorani Kurdish, and
    ``ةأإ`` or the article Arabic. Letters that several of them share decide nothing.

    Parameters
    ----------
    name
        In Arabic script.
    code
        ISO 3166-1 alpha-2 of the country: Kurdish, Sindhi and Pashto share letters with
        languages of other regions, and are told only where they are spoken.
    """
    letters = {c for c in name if c.isalpha()}
    for language in ("sd", "ps", "ckb", "ur"):
        here = code in _SPOKEN[language] or language == "ur"
        if here and letters & _OWN[language] and letters <= _ALPHABET[language]:
            return language
    if letters <= _ALPHABET["ar"] and (letters & _OWN["ar"] or name.startswith("ال")):
        return "ar"
    return ""


def choose_local(names: Sequence[str], *, language: str, code: str, like: str = "") -> str:
    """Return the likeliest name in a country's own language, or an empty string.

    A name with letters of another language is not taken. Among the others, those with
    letters that only this language has come first, then those that sound most like
    ``like``, the Latin name: sources list old and neighbouring names too.
    """
    if language in _RANGES:
        first, last = _RANGES[language]
        own = sorted({n.strip() for n in names if _within(n, first, last)}, key=len)
        # Of several none is known to be today's, unless the others only add "city" behind it.
        return own[0] if own and all(name.startswith(own[0]) for name in own) else ""
    if language not in _ALPHABET:
        return ""
    found: list[tuple[bool, float, bool, int, str]] = []
    for position, raw in enumerate(names):
        name = clean(raw, language)
        letters = {c for c in name if c.isalpha()}
        if not is_arabic(raw) or not name or not letters <= _ALPHABET[language]:
            continue
        decided = language_of(name, code)
        if decided not in ("", language) or re.search(r"ة\B", name):
            continue
        closeness = _closeness(name, like) if like else 1.0
        whole = language in ("ur", "ar") and decided == language
        found.append((not whole, -round(closeness, 1), name != raw, position, name))
    if not found:
        return ""
    if like:
        # Own letters weigh less than a name that is plainly another one.
        found.sort(key=lambda item: (item[1] > -0.6, item[0], item[1], item[2], item[3]))
        if found[0][1] > -0.4:
            return ""
    else:
        found.sort()
    return found[0][-1]


def _within(name: str, first: str, last: str) -> bool:
    letters = [c for c in name if c.isalpha()]  # marks that stand for vowels are no letters, and stay
    return bool(letters) and all(first <= c <= last for c in letters)


def other_names(names: Sequence[str], *, code: str, but: str) -> list[tuple[str, str]]:
    """Return ``(language, name)`` for each other language that its own letters decide."""
    found: dict[str, str] = {}
    for raw in names:
        if not is_arabic(raw):
            continue
        language = language_of(raw, code)
        name = clean(raw, language)
        if language and language != but and name and ";" not in name and "=" not in name:
            found.setdefault(language, name)
    return sorted(found.items())


def clean(name: str, language: str) -> str:
    """Return a name without vowel marks, qualifiers after a comma and words for a unit.

    Persian, Urdu and Pashto names typed with Arabic yeh and kaf get their own letters.
    """
    bare = "".join(c for c in unicodedata.normalize("NFC", name) if not unicodedata.combining(c) and c != "ـ")
    bare = bare.split("،")[0].strip()
    if language in ("ur", "fa", "ps", "ckb"):
        bare = bare.translate(str.maketrans("يىك", "ییک"))
    return "" if bare.startswith(_UNIT_WORDS) else " ".join(bare.split())


def _closeness(name: str, latin: str) -> float:
    """Return 0 to 1: how alike the consonants of a name and of its Latin form are."""
    one, other = _skeleton(name), _latin_skeleton(latin)
    if not one or not other:
        return 0.5
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _skeleton(name: str) -> str:
    words = [word.removeprefix("ال") if len(word) > 4 else word for word in name.split()]
    return _end("".join(_CONSONANTS.get(c, "") for c in "".join(words)))


def _latin_skeleton(name: str) -> str:
    plain: Callable[[str], str] = lambda text: "".join(  # noqa: E731
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c)
    )
    text = re.sub(r"\b(al|ar|as|ash|an|ad|at|az)[ -]", "", plain(name))
    for pair, one in _LATIN_PAIRS.items():
        text = text.replace(pair, one)
    return _end(re.sub(r"(.)\1+", r"\1", "".join(c for c in text.translate(_LATIN) if c.isalpha())))


def _end(skeleton: str) -> str:
    return skeleton[:-1] if skeleton.endswith(("h", "t")) and len(skeleton) > 2 else skeleton
