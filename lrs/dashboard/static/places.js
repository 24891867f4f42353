// The country: its provinces in both schemes, and how their names are written small.

export const BESIDE = ["not-stated", "not-attributable"];

export class Places {
  /** From `country.json`. */
  constructor(country) {
    this.tiles = country.tiles;
    this.islands = country.islands;
    this.groups = country.groups;
    this.provinces = country.provinces;
    this.known = {};
    for (const [scheme, provinces] of Object.entries(country.provinces)) {
      this.known[scheme] = new Map(provinces.map((it) => [it.code, it]));
    }
  }

  /** The full dated name of a province, or null for a line that is none. */
  name(scheme, code) {
    return this.known[scheme].get(code)?.name ?? null;
  }

  /** Whether there is such a line; null stands for the nation. */
  has(scheme, code) {
    return code === null || BESIDE.includes(code) || this.known[scheme].has(code);
  }

  /** The codes of the other scheme's provinces that a province became, or is made of. */
  related(scheme, code) {
    return this.known[scheme].get(code)?.of ?? [];
  }

  /** Whether a unit (`vn-2004/49`) is the province, became a part of it, or was one of which it is made. */
  concerns(unit, scheme, code) {
    const [of, province] = unit.split("/");
    return of === scheme ? province === code : this.related(scheme, code).includes(province);
  }
}

/** A name without its kind. */
export function short(name) {
  if (name === "Thành phố Hồ Chí Minh") return "TP. HCM";
  if (name === "Tỉnh Bà Rịa - Vũng Tàu") return "BR - VT";
  return name.replace(/^(Tỉnh|Thành phố|Đặc khu) /, "");
}

/** A name for comparing: without case, tones and marks. */
export function folded(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
