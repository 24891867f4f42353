// Light, dark, or as the system has it.

import { say } from "./language.js";

const ORDER = ["system", "light", "dark"];
const redrawn = new Set();

/** Have something drawn again whenever colours change, on paper too. */
export function onColours(draw) {
  redrawn.add(draw);
}

export function chosenTheme() {
  return document.documentElement.dataset.theme ?? "system";
}

/** The next theme of the three, kept for the next visit. */
export function changeTheme() {
  const next = ORDER[(ORDER.indexOf(chosenTheme()) + 1) % ORDER.length];
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  keep(next);
  tell();
}

export function themeWords() {
  return say(`theme-${chosenTheme()}`);
}

function keep(theme) {
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // storage is closed to this page: it holds until the page is left
  }
}

function tell() {
  for (const draw of redrawn) draw();
}

for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", tell);
