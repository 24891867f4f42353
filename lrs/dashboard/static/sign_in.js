// The form in which an office says its credential.

import { enter } from "./credential.js";
import { element } from "./element.js";
import { say } from "./language.js";
import { address } from "./state.js";

/** The contents of the section; `wrong`: why the last one was refused; `done` is called with one that is new. */
export function signIn(wrong, done) {
  const field = (id, type, autocomplete) => element("div", { class: "field" },
    element("label", { for: id, text: say(id) }),
    element("input", { id, type, autocomplete, required: true, spellcheck: "false", autocapitalize: "none", "aria-describedby": wrong && "sign-in-wrong" }));
  const form = element("form", {},
    wrong && element("p", { id: "sign-in-wrong", class: "wrong", role: "alert", text: wrong }),
    field("key", "text", "off"), field("secret", "password", "off"),
    element("button", { type: "submit", class: "primary", text: say("sign-in") }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(form.querySelector("#key").value.trim(), form.querySelector("#secret").value.trim());
    done();
  });
  return [
    element("h2", { id: "sign-in-heading", text: say("sign-in-heading") }),
    element("p", { class: "note", text: say("sign-in-note") }),
    form,
    element("p", {}, element("a", { href: address({ edition: "latest" }), text: say("edition-open") })),
    element("p", { class: "note", text: say("sign-in-dev") }),
  ];
}
