// The page: from what the address says to figures, again whenever it changes.

import { authorization, leave } from "./credential.js";
import { changesCard } from "./changes.js";
import { communeCard, communesCard } from "./communes.js";
import { controls } from "./controls.js";
import { Country } from "./country.js";
import { list, Living, Published } from "./data.js";
import { byId } from "./element.js";
import { empty } from "./empty.js";
import { headline, placeName } from "./headline.js";
import { number, period, say, speak, spoken } from "./language.js";
import { meaning, quiet, tell } from "./notice.js";
import { BESIDE, Places } from "./places.js";
import { platformsCard } from "./platforms.js";
import { channelsCard, groupsCard, topicsCard } from "./province.js";
import { provincesCard } from "./provinces.js";
import { Refusal } from "./refusal.js";
import { Search } from "./search.js";
import { signIn } from "./sign_in.js";
import { address, current, go } from "./state.js";
import { targetsCard } from "./targets.js";
import { changeTheme, themeWords } from "./theme.js";
import { trendCard } from "./trend.js";

let places = null;
let country = null;
let asked = new AbortController();

async function start() {
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("language").addEventListener("click", () => chooseLanguage(spoken() === "vi" ? "en" : "vi"));
  byId("theme").addEventListener("click", () => {
    changeTheme();
    byId("theme").textContent = themeWords();
  });
  byId("leave").addEventListener("click", () => {
    if (current().edition !== null) return go({ edition: null });
    leave();
    return show();
  });
  document.addEventListener("keydown", back);
  window.addEventListener("hashchange", show);
  matchMedia("print").addEventListener("change", (event) => unfold(event.matches));
  await show();
}

/** Show what the address says. */
async function show() {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  quiet();
  const state = current();
  speak(state.language ?? remembered() ?? "vi");
  words();
  try {
    await known(signal);
    if (!places.has(state.scheme, state.unit)) return tell(new Refusal(404, "unknown-province", state.unit), () => go({ unit: null }), "in-nation");
    const source = state.edition === null ? new Living() : new Published(state);
    byId("leave").hidden = authorization() === null && state.edition === null;
    byId("leave").textContent = say(state.edition === null ? "leave" : "living");
    if (!source.ready) return ask(null);
    busy(true);
    const reports = await read(source, state, signal);
    if (signal.aborted) return undefined;
    const own = ofOwn(state, reports.provinces);
    if (own !== null) return location.replace(address(own));
    draw(source, state, reports);
  } catch (error) {
    if (error.name === "AbortError" || signal.aborted) return undefined;
    if (error.status === undefined) throw error;
    if (error.code === "unknown-edition") {
      if (authorization() === null) return ask(meaning(error));
      return tell(error, () => go({ edition: null }), "living");
    }
    if (error.code === "other-province") return tell(error, () => go({ unit: null }), "to-own");
    if ([401, 403].includes(error.status)) {
      leave();
      return ask(meaning(error));
    }
    return tell(error, show);
  } finally {
    if (!signal.aborted) busy(false);
  }
  return undefined;
}

/** Have the list of the country, and what is made of it once. */
async function known(signal) {
  if (places === null) {
    const found = new Places(await list("country", signal));
    signal.throwIfAborted();
    places = found;
    new Search(places, () => current().scheme);
  }
  country ??= new Country(byId("country"));
}

/** Where who may read some provinces alone is led from the nation: to the one that there is, or to the boundaries
 * in which there are any; null where nobody need go. */
function ofOwn({ scheme, unit }, { nation, lines }) {
  if (nation !== null || unit !== null || lines.length > 1) return null;
  return lines.length === 1 ? { unit: lines[0].code } : { scheme: scheme === "vn-2025" ? "vn-2004" : "vn-2025" };
}

async function read(source, state, signal) {
  const all = { ...state, period: "total", group: "*" };
  const isAll = state.period === all.period && state.group === all.group;
  const [provinces, trend, targets, platforms, province, changes, editions, other] = await Promise.all([
    source.provinces(state, signal),
    source.trend(state, signal).catch(forbidden),
    source.targets(signal),
    source.platforms(signal).catch(forbidden),
    state.unit === null ? null : source.province(state, signal),
    source.changes(state, signal),
    source.editions(signal),
    isAll ? null : source.trend(all, signal).catch(forbidden),
  ]);
  const months = (isAll ? trend : other)?.steps.map((it) => it.period) ?? null;
  const nothing = state.unit === null && months?.length === 0;
  return { provinces, trend, months, targets, platforms, province, changes, editions, nothing };
}

/** Who may not read the nation is shown what they may read. */
function forbidden(error) {
  if (error.status === 403) return null;
  throw error;
}

function draw(source, state, { provinces, trend, months, targets, platforms, province, changes, editions, nothing }) {
  quiet();
  only(nothing ? "empty" : "board");
  if (nothing) return byId("empty").replaceChildren(...empty(show));
  const { scheme, unit, group } = state;
  const line = unit === null ? provinces.nation ?? {} : provinces.lines.find((it) => it.code === unit) ?? {};
  const about = `${groupName(group)} · ${period(state.period)}`;
  const file = (path, parameters) => () => save(source, path, parameters);
  const measure = source.counts.includes(state.measure) ? state.measure : "trained";
  const keep = focused();
  byId("controls").replaceChildren(...controls(places, state, source.counts, months ?? (state.period === "total" ? null : []), editions));
  byId("headline").replaceChildren(...headline(places, state, provinces, line, source.counts, about));
  country.show(places, { ...state, measure: state.measure === "targets" ? "targets" : measure }, provinces, targets);
  const code = unit === null ? {} : { code: unit };
  const place = !BESIDE.includes(unit);
  const sections = [
    state.commune !== null && province?.communes && communeCard(state, province),
    trend !== null && trendCard(state, trend, { measure, about: groupName(group), download: file("trend", { scheme, ...code, period: state.period, group }) }),
    place && targetsCard(places, state, targets, file("targets", {})),
    unit === null && provincesCard(places, { ...state, measure }, provinces, source.counts, about, file("provinces", { scheme, period: state.period, group })),
    province !== null && province.groups.lines.length > 0 && groupsCard({ ...state, measure }, province, source.groupCounts),
    province?.topics && topicsCard(state, province, groupName(group)),
    province?.channels && channelsCard(province),
    province?.communes && communesCard(state, province, file(`provinces/${scheme}/${unit}`, { group })),
    changes !== null && changesCard(places, state, changes, digestOf(editions, changes), groupName, file("changes", {})),
    place && platforms !== null && platformsCard(places, state, platforms, file("platforms", {})),
  ];
  byId("sections").replaceChildren(...sections.filter(Boolean));
  refocus(keep);
  const name = placeName(places, state, provinces);
  document.title = `${name} · ${say("programme")}`;
  byId("status").textContent = say("loaded", { place: name, count: number(line[measure]), measure: say(measure).toLowerCase() });
  return undefined;
}

function digestOf(editions, { head }) {
  return editions.find((it) => it.number === head.edition.number)?.digest ?? null;
}

function groupName(code) {
  if (code === "*") return say("everybody");
  return code === "not-stated" ? say("group-not-stated") : places.groups.find((it) => it.code === code)?.[spoken()] ?? code;
}

/** Ask for a credential; `wrong` says why again. */
function ask(wrong) {
  quiet();
  only("sign-in");
  // whoever comes to this machine next finds no figure in the page
  for (const id of ["headline", "country", "sections"]) byId(id).replaceChildren();
  country = null;
  byId("status").textContent = "";
  document.title = `${say("sign-in-heading")} · ${say("programme")}`;
  byId("sign-in").replaceChildren(...signIn(wrong, signedIn));
  byId("leave").hidden = true;
  byId("key").focus();
}

/** The secret that was typed does not stay in the page. */
function signedIn() {
  byId("sign-in").replaceChildren();
  only(null);
  if (current().edition === null) show();
  else go({ edition: null });
}

function only(shown) {
  for (const id of ["sign-in", "empty", "board"]) byId(id).hidden = id !== shown;
  byId("search").parentElement.hidden = shown !== "board";
}

function busy(yes) {
  byId("progress").hidden = !yes;
  byId("board").setAttribute("aria-busy", String(yes));
  if (yes) byId("status").textContent = say("loading");
}

/** What has the keyboard, so that it has it still when the page was drawn anew. */
function focused() {
  const at = document.activeElement;
  if (byId("controls").contains(at)) return { id: at.id, name: at.name, value: at.value };
  return byId("headline").contains(at) || byId("sections").contains(at) ? { id: "place" } : null;
}

function refocus(keep) {
  if (keep === null) return;
  const to = keep.id ? byId(keep.id) : document.querySelector(`[name="${keep.name}"][value="${keep.value}"]`);
  to?.focus({ preventScroll: keep.id !== "place" });
}

/** Escape goes up: from a commune to its province, from a province to the nation. */
function back(event) {
  if (event.key !== "Escape" || event.target.matches("input, select")) return;
  const { unit, commune } = current();
  if (commune !== null) go({ commune: null });
  else if (unit !== null) go({ unit: null });
}

/** On paper everything is open; afterwards what was closed is so again. */
function unfold(printing) {
  for (const it of document.querySelectorAll(printing ? "details:not([open])" : "details[data-unfolded]")) {
    it.open = printing;
    it.toggleAttribute("data-unfolded", printing);
  }
}

async function save(source, path, parameters) {
  try {
    const made = URL.createObjectURL(await source.file(path, parameters));
    const link = document.createElement("a");
    link.href = made;
    link.download = `${path.replaceAll("/", "-")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(made), 1000);
  } catch (error) {
    tell(error, () => save(source, path, parameters));
  }
}

function words() {
  for (const it of document.querySelectorAll("[data-word]")) it.textContent = say(it.dataset.word);
  for (const it of document.querySelectorAll("[data-label]")) it.setAttribute("aria-label", say(it.dataset.label));
  for (const it of document.querySelectorAll("[data-placeholder]")) it.placeholder = say(it.dataset.placeholder);
  byId("theme").textContent = themeWords();
  byId("language").textContent = say("other-language");
  byId("language").lang = spoken() === "vi" ? "en" : "vi";
}

function chooseLanguage(language) {
  try {
    localStorage.setItem("language", language);
  } catch {
    // storage is closed to this page: the address has it
  }
  go({ language });
}

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

await start();
