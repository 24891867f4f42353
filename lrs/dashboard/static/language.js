// The language of the page, and numbers, days and periods as it writes them.

import { WORDS } from "./words.js";

const LOCALES = { vi: "vi-VN", en: "en-GB" };
const ZONE = "Asia/Ho_Chi_Minh";
let language = "vi";

/** Write in this language from now on. */
export function speak(code) {
  language = code;
  document.documentElement.lang = code;
}

export function spoken() {
  return language;
}

/** The words of a key; `{name}` stands for a value. */
export function say(key, values = {}) {
  const words = WORDS[key];
  if (!words) throw new Error(`no words for ${key}`);
  return words[language === "vi" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A whole number: 1.234.567; a dash where there is none. */
export function number(value) {
  return value === null || value === undefined ? "–" : new Intl.NumberFormat(LOCALES[language]).format(value);
}

/** By how much a number has changed: +12, −3; a dash where that is not known. */
export function difference(value) {
  if (value === null) return number(value);
  return new Intl.NumberFormat(LOCALES[language], { signDisplay: "exceptZero" }).format(value);
}

/** A figure of a line, with the marks that a published one has. */
export function figure(line, key) {
  return number(line[key]) + marks(line, key);
}

/** `*`: a part is hidden; `°`: counted for an earlier edition; nothing for living figures. */
export function marks(line, key) {
  return line.marks?.[key] ?? "";
}

/** A number with few digits, for a tile: 12,3 N. */
export function brief(value) {
  if (value === null || value < 10000) return number(value);
  const shown = new Intl.NumberFormat(LOCALES[language], { notation: "compact", maximumSignificantDigits: 3 });
  return shown.format(value);
}

/** A percentage with one decimal, cut off: 79,96 % has not reached 80 %. `exact`: as it was said. */
export function percent(value, exact = false) {
  const digits = { maximumFractionDigits: exact ? 20 : 1, roundingMode: exact ? "halfExpand" : "floor" };
  return `${new Intl.NumberFormat(LOCALES[language], digits).format(String(value))} %`;
}

/** A moment in Vietnam, to the minute. */
export function moment(text) {
  const [day, month, year, hour, minute] = ["2-digit", "2-digit", "numeric", "2-digit", "2-digit"];
  const shown = { day, month, year, hour, minute, hourCycle: "h23", timeZone: ZONE };
  return new Intl.DateTimeFormat(LOCALES[language], shown).format(new Date(text));
}

/** A period or a day as people write it: 18/04/2025, 04/2025, 2025, all time. */
export function period(text) {
  return text === "total" ? say("all-time") : text.split("-").reverse().join("/");
}

/** The rule for *trained*, in the page's language where its form is known. */
export function rule(text) {
  if (language === "en") return text;
  const found = /^completed( or attended)? at least (.*)$/.exec(text);
  if (!found) return text;
  const ways = found[2].replace(/(\d+) topics?/, "$1 chủ đề").replace(/(\d+) courses?/, "$1 khóa học");
  return `hoàn thành${found[1] ? " hoặc dự" : ""} ít nhất ${ways.replace(" or ", " hoặc ")}`;
}
