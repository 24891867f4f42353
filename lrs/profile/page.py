"""The profile as a page: one document without script, image or outside host, in Vietnamese or in English."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from typing import Literal

import orjson

from lrs.profile.document import LISTS, Json
from lrs.profile.headings import HEADINGS
from lrs.profile.words import KINDS, MEASURES

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

STYLE = """
:root{color-scheme:light dark;--line:#8886;--quiet:#8882}
body{font:16px/1.6 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
a{color:LinkText}a:focus-visible{outline:3px solid;outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
h1{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
caption{text-align:left;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border:1px solid var(--line)}
thead th{background:var(--quiet)}
code,pre{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:var(--quiet);padding:.8rem;overflow:auto;white-space:pre-wrap}
@media print{nav,.skip,.screen{display:none}body{max-width:none;font-size:11pt}a{color:inherit}
h2{break-after:avoid}tr,pre{break-inside:avoid}thead{display:table-header-group}}
""".strip()
"""The page's own style; the policy below names its hash, and allows nothing else."""

POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of the page."""

_CONTENTS = ("rules", "extensions", "verbs", "channels", "topics", "groups", "outcomes", "units")


class _Page:
    """Writes one page in one language."""

    def __init__(self, profile: Json, language: Language) -> None:
        self._profile = profile
        self._language = language

    def word(self, name: str) -> str:
        return escape(getattr(HEADINGS[name], self._language))

    def said(self, it: Json) -> str:
        return escape(it[self._language])

    def table(self, label: str, caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """A table whose cells are HTML; the first of each row is its heading. `label`: no other has it."""
        head = "".join(f'<th scope="col">{it}</th>' for it in columns)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{it}</td>" for it in row[1:])}</tr>'
            for row in rows
        )
        caption = f"<caption>{caption}</caption>" if caption else ""
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
            f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def section(self, name: str, *parts: str) -> str:
        return f'<section id="{name}"><h2>{self.word(name)}</h2>{"".join(parts)}</section>'

    def paragraph(self, name: str) -> str:
        return f"<p>{self.word(name)}</p>"

    def rules(self) -> str:
        notes = ("account", "group-actor", "calendar", "check")
        items = "".join(f"<li>{self.word(it)}</li>" for it in notes)
        trained = f"<li>{self.word('trained')}<q>{self.said(self._profile['trained'])}</q></li>"
        shown = f"<h3>{self.word('example')}</h3>{_json(self._profile['example'])}"
        return self.section("rules", f"<ul>{items}{trained}</ul>", shown)

    def extensions(self) -> str:
        return self.section("extensions", *map(self._extension, self._profile["extensions"]))

    def _extension(self, it: Json) -> str:
        also = "".join(f"<br>{_code(iri)}" for iri in it["also"])
        shown = "".join(_json(example) for example in it["examples"])
        return (
            f"<h3>{escape(it['name'])}</h3><p>{_code(it['iri'])}{also} ({self.word(it['in'])})</p>"
            f"<p>{self.said(it)}</p><h4>{self.word('schema')}</h4>{_json(it['schema'])}"
            f"<h4>{self.word('examples')}</h4>{shown}"
        )

    def verbs(self) -> str:
        rows = [(_code(it["id"]), self.said(it), self._measures(it)) for it in self._profile["verbs"]]
        columns = [self.word(it) for it in ("verb", "meaning", "measures")]
        courses = "".join(f"<li>{_code(it)}</li>" for it in self._profile["course_types"])
        return self.section(
            "verbs",
            self.table(self.word("verbs"), self.word("verbs-note"), columns, rows),
            f"<h3>{self.word('courses')}</h3><ul>{courses}</ul>",
        )

    def _measures(self, verb: Json) -> str:
        known = (getattr(MEASURES[it], self._language) for it in verb["measures"] if it in MEASURES)
        return escape(", ".join(known)) or "–"

    def channels(self) -> str:
        return self.section(
            "channels",
            self._codes("channels", self._profile["channels"]),
            f"<h3>{self.word('statuses')}</h3>",
            self._codes("statuses", self._profile["confirmation_statuses"]),
        )

    def _codes(self, section: str, items: Iterable[Json]) -> str:
        rows = [(_code(it["code"]), self.said(it)) for it in items]
        return self.table(self.word(section), "", [self.word("code"), self.word("meaning")], rows)

    def topics(self) -> str:
        codes = ", ".join(_code(f"{it['scheme']}:{it['code']}") for it in self._profile["topics"])
        return self.section("topics", f"<p>{codes}</p>", self.paragraph("topics-note"))

    def groups(self) -> str:
        rows = [
            (
                _code(it["code"]),
                self.said(it),
                ", ".join(map(_code, it["implies"])) or "–",
                escape(getattr(KINDS[it["kind"]], self._language)),
                self.word("yes" if it["may_be_sent"] else "no"),
                escape(it["national_group_757"] or "–"),
            )
            for it in self._profile["groups"]
        ]
        columns = [self.word(it) for it in ("code", "name", "implies", "kind", "sent", "national")]
        return self.section(
            "groups", self.table(self.word("groups"), self.word("groups-note"), columns, rows)
        )

    def outcomes(self) -> str:
        return self.section(
            "outcomes", *(self._codes(f"{it}-table", self._profile[it]) for it in ("outcomes", "remarks"))
        )

    def units(self) -> str:
        parts = (self._scheme(it) for it in reversed(self._profile["units"]))
        return self.section("units", self.paragraph("units-note"), *parts)

    def _scheme(self, scheme: Json) -> str:
        name, day = scheme["scheme"], scheme["names_as_of"]
        rows = [
            (
                _code(f"{name}/{it['code']}"),
                escape(it["name"]),
                _code(it["became"]) if "became" in it else ", ".join(map(_code, it["was"])),
                str(len(it["communes"])),
            )
            for it in scheme["provinces"]
        ]
        other = "became" if "became" in scheme["provinces"][0] else "was"
        columns = [self.word(it) for it in ("code", "name", other, "communes")]
        caption = f"{_code(name)}, {self.word('as-of')} {escape(day)}"
        return self.table(f"{self.word('units')}: {escape(name)}", caption, columns, rows)

    def whole(self) -> str:
        other: Language = "en" if self._language == "vi" else "vi"
        contents = "".join(f'<li><a href="#{it}">{self.word(it)}</a></li>' for it in _CONTENTS)
        lists = ", ".join(f'<a href="profile/{it}.csv">{it}.csv</a>' for it in LISTS)
        sections = (
            self.rules(),
            self.extensions(),
            self.verbs(),
            self.channels(),
            self.topics(),
            self.groups(),
            self.outcomes(),
            self.units(),
        )
        return (
            f'<!doctype html>\n<html lang="{self._language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self.word('title')}</title><style>{STYLE}</style></head><body>"
            f'<a class="skip" href="#main">{self.word("skip")}</a>'
            f"<header><h1>{self.word('title')}</h1>{self.paragraph('lead')}"
            f'<p class="screen"><a href="profile?lang={other}" hreflang="{other}" lang="{other}" '
            f'rel="alternate">{self.word("other")}</a></p>'
            f'<p class="screen">{self.word("lists")}: <a href="profile.json">{self.word("whole")}</a>, '
            f"{lists}</p></header>"
            f'<nav aria-label="{self.word("contents")}"><ul>{contents}</ul></nav>'
            f'<main id="main">{"".join(sections)}</main></body></html>\n'
        )


def page(profile: Json, language: Language) -> bytes:
    """The page of a profile as `document` makes it."""
    return _Page(profile, language).whole().encode()


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _json(value: object) -> str:
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return f"<pre><code>{escape(text)}</code></pre>"
