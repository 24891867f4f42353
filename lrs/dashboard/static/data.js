// Where figures come from. Officials read the living ones with their credential; an edition is read by everybody.
// Only this module knows addresses.

import { authorization } from "./credential.js";
import { Refusal, refusalOf } from "./refusal.js";

/** A source of reports: the living figures, or those of an edition. */
export class Source {
  constructor(edition = null) {
    this.base = edition === null ? "reports" : `editions/${edition}`;
    this.open = edition !== null;
  }

  /** Whether it can be asked: it is open, or there is a credential. */
  get ready() {
    return this.open || authorization() !== null;
  }

  provinces({ scheme, period, group }, signal) {
    return this.read("provinces", { scheme, period, group }, signal);
  }

  province({ scheme, unit, group }, signal) {
    return this.read(`provinces/${scheme}/${unit}`, { group }, signal);
  }

  trend({ scheme, unit, period, group }, signal) {
    return this.read("trend", { scheme, ...(unit === null ? {} : { code: unit }), period, group }, signal);
  }

  targets(signal) {
    return this.read("targets", {}, signal);
  }

  platforms(signal) {
    return this.read("platforms", {}, signal);
  }

  /** The same report as a file of another format. */
  async file(path, parameters) {
    const response = await this.#ask(path, { ...parameters, format: "csv" });
    return response.blob();
  }

  /** A report as JSON. Throws Refusal. */
  async read(path, parameters, signal) {
    const response = await this.#ask(path, parameters, signal);
    return response.json();
  }

  async #ask(path, parameters, signal) {
    const query = new URLSearchParams(parameters).toString();
    const headers = { Accept: "application/json" };
    if (!this.open) headers.Authorization = authorization() ?? "";
    const asked = { headers, signal, credentials: "omit" };
    const response = await reached(`${this.base}/${path}${query && `?${query}`}`, asked);
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

/** A list that is the same for everybody: `country`, `communes-vn-2025`. */
export async function list(name) {
  const response = await reached(`dashboard/${name}.json`, { credentials: "omit" });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

async function reached(address, asked) {
  try {
    return await fetch(address, asked);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "unreachable", error.message);
  }
}
