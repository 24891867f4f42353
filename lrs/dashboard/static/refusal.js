// Why there is no answer.

/** An answer that is none. `status` 0: nobody answered. `after`: seconds to wait, where the server says so. */
export class Refusal extends Error {
  constructor(status, code, message, after = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.after = after;
  }
}

/** The refusal that a response is. */
export async function refusalOf(response) {
  const after = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const body = await response.json().catch(() => ({}));
  const { code = "error", message = response.statusText } = body.error ?? {};
  return new Refusal(response.status, code, message, Number.isNaN(after) ? null : after);
}
