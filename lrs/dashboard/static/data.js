// Where figures come from. Officials read the living ones with their credential; an edition is read by everybody.
// Only this module knows addresses.

import { authorization } from "./credential.js";
import { Edition } from "./edition.js";
import { COUNTS, countsOfEdition, PUBLISHED_OF_GROUPS } from "./measures.js";
import { Refusal, refusalOf } from "./refusal.js";

/** Milliseconds after which a server that has not answered is not waited for. */
const PATIENCE = 60_000;
/** How many of the latest editions may be chosen from: older ones have their addresses. */
const EDITIONS = 62;

/** The living figures. */
export class Living {
  counts = COUNTS;
  groupCounts = COUNTS;

  /** Whether it can be asked: there is a credential. */
  get ready() {
    return authorization() !== null;
  }

  provinces({ scheme, period, group }, signal) {
    return this.#read("provinces", { scheme, period, group }, signal);
  }

  province({ scheme, unit, group }, signal) {
    return this.#read(`provinces/${scheme}/${unit}`, { group }, signal);
  }

  trend({ scheme, unit, period, group }, signal) {
    return this.#read("trend", { scheme, ...(unit === null ? {} : { code: unit }), period, group }, signal);
  }

  targets(signal) {
    return this.#read("targets", {}, signal);
  }

  platforms(signal) {
    return this.#read("platforms", {}, signal);
  }

  async changes() {
    return null;
  }

  async editions() {
    return null;
  }

  /** A report as CSV. Throws Refusal. */
  async file(path, parameters) {
    return answered(`reports/${path}`, { ...parameters, format: "csv" }, { headers: permitted() }, (it) => it.blob());
  }

  async #read(path, parameters, signal) {
    return answered(`reports/${path}`, parameters, { headers: permitted(), signal });
  }
}

/** An edition by its number, or the `latest`: nobody is asked who they are. */
export class Published {
  groupCounts = PUBLISHED_OF_GROUPS;
  ready = true;

  constructor({ edition, group }) {
    this.number = edition;
    this.counts = countsOfEdition(group);
    this.asked = null;
  }

  async provinces(state, signal) {
    return (await this.#edition(signal)).provinces(state);
  }

  async province(state, signal) {
    return (await this.#edition(signal)).province(state);
  }

  async targets(signal) {
    return (await this.#edition(signal)).targets();
  }

  async changes({ scheme }, signal) {
    return (await this.#edition(signal)).changes(scheme);
  }

  /** The latest editions, the latest first. */
  async editions(signal) {
    const read = await answered("editions", { limit: EDITIONS }, { signal }).catch(withoutList);
    return read.editions;
  }

  async trend() {
    return null;
  }

  async platforms() {
    return null;
  }

  async file(path) {
    const { number } = (await this.asked).read;
    return answered(`editions/${number}/${path}`, { format: "csv" }, {}, (it) => it.blob());
  }

  #edition(signal) {
    this.asked ??= answered(`editions/${this.number}`, {}, { signal }).then((it) => new Edition(it));
    return this.asked;
  }
}

/** A list that is the same for everybody: `country`, `communes-vn-2025`. */
export function list(name, signal) {
  return answered(`dashboard/${name}.json`, {}, { signal });
}

/** An edition is shown without the others where their list is not to be had. */
function withoutList(error) {
  if (error.name === "AbortError") throw error;
  return { editions: [] };
}

function permitted() {
  return { Accept: "application/json", Authorization: authorization() ?? "" };
}

/** What is answered, as `taken` takes it. A connection that breaks or stands still is nobody's answer, in the midst
 * of one too. */
async function answered(address, parameters, asked, taken = (it) => it.json()) {
  const query = new URLSearchParams(parameters).toString();
  const asking = new AbortController();
  const stop = () => asking.abort();
  if (asked.signal?.aborted) stop();
  asked.signal?.addEventListener("abort", stop, { once: true });
  const late = setTimeout(() => asking.abort(new Refusal(0, "unreachable", "no answer in time")), PATIENCE);
  try {
    // no prompt of the browser's own, and none of the credentials that it knows
    const response = await fetch(query === "" ? address : `${address}?${query}`, {
      ...asked, signal: asking.signal, credentials: "omit",
    });
    if (!response.ok) throw await refusalOf(response);
    return await taken(response);
  } catch (error) {
    if (asking.signal.reason instanceof Refusal) throw asking.signal.reason;
    if (error.name === "AbortError" || error instanceof Refusal) throw error;
    throw new Refusal(0, "unreachable", error.message);
  } finally {
    clearTimeout(late);
    asked.signal?.removeEventListener("abort", stop);
  }
}
